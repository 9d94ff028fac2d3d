// purpose: Write what means nothing, as who writes states does, to see whether the database takes anything of a tenant
//   now. The counter is locked, and counts how often that was asked.
// mode: WRITE
// parameters: tenant STRING
// columns: tried
// plan: NodeUniqueIndexSeek
MERGE (k:_StateCounter {_tenant: $tenant})
ON CREATE SET k.revision = 0
SET k.tried = coalesce(k.tried, 0) + 1
RETURN k.tried AS tried
