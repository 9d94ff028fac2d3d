// purpose: Assets that are sources of FLOW types by themselves, in one record per list of types.
// mode: READ
// parameters: tenant STRING
// columns: flows, ids
// plan: NodeUniqueIndexSeek, !NodeByLabelScan, !AllNodesScan, !CartesianProduct
MATCH (a:Asset)
WHERE a._tenant = $tenant AND a._id IS NOT NULL AND a._sourceOf IS NOT NULL
WITH a._sourceOf AS flows, collect(a._id) AS ids
RETURN flows, ids
