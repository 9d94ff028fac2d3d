// purpose: How many nodes there are (label ''), and how many of them a twin has before its first migration; all from
//   the count store.
// mode: READ
// parameters: -
// columns: label, nodes
// plan: NodeCountFromCountStore, !AllNodesScan
MATCH (n) WITH count(n) AS nodes RETURN '' AS label, nodes
UNION ALL
MATCH (n:_Lease) WITH count(n) AS nodes RETURN '_Lease' AS label, nodes
UNION ALL
MATCH (n:_Token) WITH count(n) AS nodes RETURN '_Token' AS label, nodes
UNION ALL
MATCH (n:_LedgerEntry) WITH count(n) AS nodes RETURN '_LedgerEntry' AS label, nodes
