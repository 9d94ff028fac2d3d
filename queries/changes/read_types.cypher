// purpose: Labels of assets by id, for those that are only ends of relationships.
//   One record: a list of [id, labels, revision].
// mode: READ
// parameters: tenant STRING, ids LIST<STRING>
// columns: rows
// plan: NodeUniqueIndexSeek
UNWIND $ids AS id
MATCH (a:Asset {_tenant: $tenant, _id: id})
RETURN collect([id, labels(a), a._rev])
