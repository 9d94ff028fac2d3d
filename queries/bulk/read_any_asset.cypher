// purpose: One row where the tenant has an asset, none where it has none.
// mode: READ
// parameters: tenant STRING
// columns: one
// plan: !NodeByLabelScan, !AllNodesScan
MATCH (a:Asset)
WHERE a._tenant = $tenant AND a._id > ''
RETURN 1 LIMIT 1
