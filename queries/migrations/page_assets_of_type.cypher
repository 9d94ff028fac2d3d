// purpose: A page of a tenant's assets of one label by rising id, with labels and values. `Asset` stands for the label.
//   One record: a list of [id, labels, properties].
// mode: READ
// parameters: tenant STRING, after STRING, limit INTEGER
// columns: rows
// plan: !NodeByLabelScan, !AllNodesScan, !Sort
MATCH (a:`Asset`)
WHERE a._tenant = $tenant AND a._id > $after
WITH a ORDER BY a._tenant, a._id LIMIT $limit
RETURN collect([a._id, labels(a), properties(a)])
