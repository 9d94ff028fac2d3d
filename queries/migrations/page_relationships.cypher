// purpose: A page of a tenant's assets by rising id, with their relationships of one type. `CONTAINS` stands for the type.
//   One record: a list of [id, list of [target, key, properties]].
// mode: READ
// parameters: tenant STRING, after STRING, limit INTEGER
// columns: rows
// plan: !NodeByLabelScan, !AllNodesScan, !Sort
MATCH (a:Asset)
WHERE a._tenant = $tenant AND a._id > $after
WITH a ORDER BY a._tenant, a._id LIMIT $limit
RETURN collect([a._id, [(a)-[r:`CONTAINS`]->(b) | [b._id, r.key, properties(r)]]])
