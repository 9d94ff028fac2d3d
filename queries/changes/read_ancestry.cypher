// purpose: Every containment above these assets, however far up. `CONTAINS` stands for the containment types.
//   One record: a list of [type, source, target, key].
// mode: READ
// parameters: tenant STRING, ids LIST<STRING>
// columns: rows
// plan: NodeUniqueIndexSeek, VarLengthExpand(Pruning
UNWIND $ids AS id
MATCH (a:Asset {_tenant: $tenant, _id: id})
MATCH (a)<-[:`CONTAINS`*0..]-(above:Asset)
WITH DISTINCT above
MATCH (above)<-[r:`CONTAINS`]-(p:Asset)
RETURN collect([type(r), p._id, above._id, coalesce(r.key, '')])
