// purpose: A page of a tenant's assets by rising id, whole. Where two have one id, which a constraint should keep from
//   happening, both are read: the page begins with the last id of the page before, without the elements seen there.
//   One record: a list of [element, id, labels, properties].
// mode: READ
// parameters: tenant STRING, after STRING, seen LIST<STRING>, limit INTEGER
// columns: rows
// plan: !NodeByLabelScan, !AllNodesScan, !Sort
MATCH (a:Asset)
WHERE a._tenant = $tenant AND a._id >= $after AND NOT elementId(a) IN $seen
WITH a ORDER BY a._tenant, a._id LIMIT $limit
RETURN collect([elementId(a), a._id, labels(a), properties(a)])
