// purpose: All assets of the tenant in few records, one per 20,000 internal ids and set of labels: internal ids beside
//   asset ids.
// mode: READ
// parameters: tenant STRING
// columns: labels, nodes, ids
// plan: NodeUniqueIndexSeek, !NodeByLabelScan, !AllNodesScan, !CartesianProduct
MATCH (a:Asset)
WHERE a._tenant = $tenant AND a._id IS NOT NULL
WITH labels(a) AS labels, id(a) / 20000 AS page, collect(id(a)) AS nodes, collect(a._id) AS ids
RETURN labels, nodes, ids
