// purpose: Assets by id, whole, with their ids in other systems.
//   One record: a list of [id, labels, properties, externalIds].
// mode: READ
// parameters: tenant STRING, ids LIST<STRING>
// columns: rows
// plan: NodeUniqueIndexSeek
UNWIND $ids AS id
MATCH (a:Asset {_tenant: $tenant, _id: id})
RETURN collect([id, labels(a), properties(a), [(a)<-[:_IDENTIFIES]-(e:_ExternalId) | [e.system, e.id]]])
