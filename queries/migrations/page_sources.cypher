// purpose: A page of a tenant's assets by rising id that are called a source of a flow themselves.
//   One record: a list of [id, labels, flows].
// mode: READ
// parameters: tenant STRING, type STRING, after STRING, limit INTEGER
// columns: rows
// plan: !NodeByLabelScan, !AllNodesScan, !Sort
MATCH (a:Asset)
WHERE a._tenant = $tenant AND a._id > $after AND $type IN a._sourceOf
WITH a ORDER BY a._tenant, a._id LIMIT $limit
RETURN collect([a._id, labels(a), a._sourceOf])
