// purpose: A page of a tenant's assets of one label by rising id, and which have a value for a property and none for the one
//   that takes its place. `Asset` stands for the label, `name` for the property, `code` for the other.
//   One record: a list of [id, labels, whether it is so].
// mode: READ
// parameters: tenant STRING, after STRING, limit INTEGER
// columns: rows
// plan: !NodeByLabelScan, !AllNodesScan, !Sort
MATCH (a:`Asset`)
WHERE a._tenant = $tenant AND a._id > $after
WITH a ORDER BY a._tenant, a._id LIMIT $limit
RETURN collect([a._id, labels(a), a.`name` IS NOT NULL AND a.`code` IS NULL])
