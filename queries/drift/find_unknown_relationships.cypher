// purpose: Relationships of types that neither the ontology nor the system has, by type: how many. Looked for only where
//   the count store has more relationships than these.
// mode: READ
// parameters: known LIST<STRING>, limit INTEGER
// columns: type, count, element
MATCH (a)-[r]->(b)
WHERE NOT type(r) IN $known
WITH type(r) AS type, count(*) AS count, min(elementId(r)) AS element
RETURN type, count, element
ORDER BY count DESC, type LIMIT $limit
