// purpose: Containments into the given assets, of the given types.
//   One record: a list of [type, source, target, key].
// mode: READ
// parameters: tenant STRING, ids LIST<STRING>, types LIST<STRING>
// columns: rows
// plan: NodeUniqueIndexSeek
UNWIND $ids AS id
MATCH (a:Asset {_tenant: $tenant, _id: id})<-[r]-(b:Asset)
WHERE type(r) IN $types
RETURN collect([type(r), b._id, id, coalesce(r.key, '')])
