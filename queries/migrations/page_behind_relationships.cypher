// purpose: A page of a tenant's assets by rising id, with their relationships of one type that have a value for a property
//   and none for the one that takes its place. `CONTAINS` stands for the type, `name` for the property, `code` for the
//   other. One record: a list of [id, list of [target, key]].
// mode: READ
// parameters: tenant STRING, after STRING, limit INTEGER
// columns: rows
// plan: !NodeByLabelScan, !AllNodesScan, !Sort
MATCH (a:Asset)
WHERE a._tenant = $tenant AND a._id > $after
WITH a ORDER BY a._tenant, a._id LIMIT $limit
RETURN collect([a._id, [(a)-[r:`CONTAINS`]->(b) WHERE r.`name` IS NOT NULL AND r.`code` IS NULL | [b._id, r.key]]])
