// purpose: How many nodes and how many relationships there are, from the count store.
// mode: READ
// parameters: -
// columns: kind, count
// plan: NodeCountFromCountStore, RelationshipCountFromCountStore, !AllNodesScan
MATCH (n) WITH count(n) AS nodes RETURN 'nodes' AS kind, nodes AS count
UNION ALL
MATCH ()-[r]->() WITH count(r) AS relationships RETURN 'relationships' AS kind, relationships AS count
