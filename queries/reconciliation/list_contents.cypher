// purpose: What these assets contain directly, by containments of the given types.
//   One record: a list of ids, in no order, each once.
// mode: READ
// parameters: tenant STRING, ids LIST<STRING>, types LIST<STRING>
// columns: ids
// plan: NodeUniqueIndexSeek
UNWIND $ids AS id
MATCH (a:Asset {_tenant: $tenant, _id: id})-[r]->(b:Asset)
WHERE type(r) IN $types
RETURN collect(DISTINCT b._id)
