// purpose: Record how far a load is. It is one node for a tenant and the content of the input.
// mode: WRITE
// parameters: tenant STRING, id STRING, values MAP
// columns: -
// plan: NodeUniqueIndexSeek
MERGE (l:_Load {_tenant: $tenant, id: $id})
SET l += $values
