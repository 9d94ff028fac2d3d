// purpose: How many relationships assets have, of all types and in both directions.
//   One record: a list of [id, number].
// mode: READ
// parameters: tenant STRING, ids LIST<STRING>
// columns: rows
// plan: NodeUniqueIndexSeek
UNWIND $ids AS id
MATCH (a:Asset {_tenant: $tenant, _id: id})
RETURN collect([id, COUNT { (a)--(:Asset) }])
