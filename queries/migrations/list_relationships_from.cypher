// purpose: The relationships of one type that go from some assets of a tenant. `CONTAINS` stands for the type.
//   One record: a list of [source, list of [target, key, properties]].
// mode: READ
// parameters: tenant STRING, ids LIST<STRING>
// columns: rows
// plan: NodeUniqueIndexSeek
UNWIND $ids AS id
MATCH (a:Asset {_tenant: $tenant, _id: id})
RETURN collect([a._id, [(a)-[r:`CONTAINS`]->(b) | [b._id, r.key, properties(r)]]])
