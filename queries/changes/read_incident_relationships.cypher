// purpose: All relationships of assets, in both directions.
//   One record: a list of [type, source, target, key, properties].
// mode: READ
// parameters: tenant STRING, ids LIST<STRING>
// columns: rows
// plan: NodeUniqueIndexSeek
UNWIND $ids AS id
MATCH (a:Asset {_tenant: $tenant, _id: id})
MATCH (a)-[r]-(:Asset)
WITH DISTINCT r
RETURN collect([type(r), startNode(r)._id, endNode(r)._id, coalesce(r.key, ''), properties(r)])
