// purpose: A page of a tenant's assets by rising id, with the values for a property of their relationships of one type.
//   `CONTAINS` stands for the type, `name` for the property. One record: a list of [id, list of [target, value]].
// mode: READ
// parameters: tenant STRING, after STRING, limit INTEGER
// columns: rows
// plan: !NodeByLabelScan, !AllNodesScan, !Sort
MATCH (a:Asset)
WHERE a._tenant = $tenant AND a._id > $after
WITH a ORDER BY a._tenant, a._id LIMIT $limit
RETURN collect([a._id, [(a)-[r:`CONTAINS`]->(b) WHERE r.`name` IS NOT NULL | [b._id, r.`name`]]])
