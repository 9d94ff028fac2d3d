// purpose: Relationships of the given types at the given assets, either way, with the terms of their supply groups.
//   One record: a list of [type, source, target, key, group, needs, combine, loss].
// mode: READ
// parameters: tenant STRING, ids LIST<STRING>, types LIST<STRING>
// columns: rows
// plan: NodeUniqueIndexSeek
UNWIND $ids AS id
MATCH (a:Asset {_tenant: $tenant, _id: id})-[r]-(:Asset)
WHERE type(r) IN $types
WITH DISTINCT r
RETURN collect([type(r), startNode(r)._id, endNode(r)._id, coalesce(r.key, ''), r.group, r.needs, r.combine, r.loss])
