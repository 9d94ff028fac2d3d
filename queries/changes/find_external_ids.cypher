// purpose: Which assets are called so in other systems; a name is [system, id].
//   One record: a list of [system, id, asset].
// mode: READ
// parameters: tenant STRING, names LIST<LIST<STRING>>
// columns: rows
// plan: NodeUniqueIndexSeek
UNWIND $names AS wanted
MATCH (e:_ExternalId {_tenant: $tenant, system: wanted[0], id: wanted[1]})-[:_IDENTIFIES]->(a:Asset)
RETURN collect([e.system, e.id, a._id])
