// purpose: How many relationships of one type go out of each asset. `CONTAINS` stands for the type.
//   One record: a list of [id, count].
// mode: READ
// parameters: tenant STRING, ids LIST<STRING>
// columns: rows
// plan: NodeUniqueIndexSeek
UNWIND $ids AS id
MATCH (a:Asset {_tenant: $tenant, _id: id})
RETURN collect([id, COUNT { (a)-[:`CONTAINS`]->() }])
