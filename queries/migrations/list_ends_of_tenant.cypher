// purpose: Where a tenant's relationships of one type go from and to. `CONTAINS` stands for the type.
//   One record: a list of [source, target].
// mode: READ
// parameters: tenant STRING
// columns: rows
MATCH (a:Asset)-[:`CONTAINS`]->(b:Asset)
WHERE a._tenant = $tenant AND a._id > ''
RETURN collect([a._id, b._id])
