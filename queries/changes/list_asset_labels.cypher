// purpose: How many of the tenant's assets have which labels.
// mode: READ
// parameters: tenant STRING
// columns: labels, count
// plan: !NodeByLabelScan
MATCH (a:Asset)
WHERE a._tenant = $tenant AND a._id > ''
RETURN labels(a) AS labels, count(*) AS count
