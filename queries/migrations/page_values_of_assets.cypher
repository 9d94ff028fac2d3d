// purpose: A page of a tenant's assets of one label by rising id, with their value for a property. `Asset` stands for the
//   label, `name` for the property. One record: a list of [id, list of ['', value], empty without one].
// mode: READ
// parameters: tenant STRING, after STRING, limit INTEGER
// columns: rows
// plan: !NodeByLabelScan, !AllNodesScan, !Sort
MATCH (a:`Asset`)
WHERE a._tenant = $tenant AND a._id > $after
WITH a ORDER BY a._tenant, a._id LIMIT $limit
RETURN collect([a._id, CASE WHEN a.`name` IS NULL THEN [] ELSE [['', a.`name`]] END])
