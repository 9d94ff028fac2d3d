// purpose: All assets of the tenant in few records, one per 20,000 internal ids, set of labels and list of FLOW types that
//   they are sources of by themselves: internal ids beside asset ids.
// mode: READ
// parameters: tenant STRING
// columns: labels, flows, nodes, ids
// plan: NodeUniqueIndexSeek, !NodeByLabelScan, !AllNodesScan, !CartesianProduct
MATCH (a:Asset)
WHERE a._tenant = $tenant AND a._id IS NOT NULL
WITH labels(a) AS labels, coalesce(a._sourceOf, []) AS flows, id(a) / 20000 AS page,
     collect(id(a)) AS nodes, collect(a._id) AS ids
RETURN labels, flows, nodes, ids
