// purpose: A page of a tenant's assets of one label by rising id, with labels, properties and those that they are related to by
//   one type, either way. `Asset` stands for the label, `CONTAINS` for the type.
//   One record: a list of [id, labels, list of [id, name, key], properties].
// mode: READ
// parameters: tenant STRING, after STRING, limit INTEGER
// columns: rows
// plan: !NodeByLabelScan, !AllNodesScan, !Sort
MATCH (a:`Asset`)
WHERE a._tenant = $tenant AND a._id > $after
WITH a ORDER BY a._tenant, a._id LIMIT $limit
RETURN collect([a._id, labels(a), [(a)-[r:`CONTAINS`]-(b:Asset) | [b._id, b.name, coalesce(r.key, '')]], properties(a)])
