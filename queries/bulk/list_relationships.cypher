// purpose: The relationships out of a page of assets (given by their ids).
//   One record: a list of [type, source, target, properties], in no order.
// mode: READ
// parameters: tenant STRING, ids LIST<STRING>
// columns: rows
// plan: NodeUniqueIndexSeek
UNWIND $ids AS id
MATCH (a:Asset {_tenant: $tenant, _id: id})-[r]->(b:Asset)
RETURN collect([type(r), id, b._id, properties(r)])
