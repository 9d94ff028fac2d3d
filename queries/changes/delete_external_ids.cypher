// purpose: Let names of other systems go; a name is [system, id].
// mode: WRITE
// parameters: tenant STRING, names LIST<LIST<STRING>>
// columns: -
// plan: NodeUniqueIndexSeek
UNWIND $names AS gone
MATCH (e:_ExternalId {_tenant: $tenant, system: gone[0], id: gone[1]})
DETACH DELETE e
