// purpose: Delete assets with their relationships.
// mode: WRITE
// parameters: tenant STRING, ids LIST<STRING>
// columns: -
// plan: NodeUniqueIndexSeek
UNWIND $ids AS id
MATCH (a:Asset {_tenant: $tenant, _id: id})
DETACH DELETE a
