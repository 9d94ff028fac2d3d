// purpose: Containments that assets are contained by. `CONTAINS` stands for the containment types.
//   One record: a list of [type, source, target, key, properties].
// mode: READ
// parameters: tenant STRING, ids LIST<STRING>
// columns: rows
// plan: NodeUniqueIndexSeek
UNWIND $ids AS id
MATCH (a:Asset {_tenant: $tenant, _id: id})<-[r:`CONTAINS`]-(p:Asset)
RETURN collect([type(r), p._id, id, coalesce(r.key, ''), properties(r)])
