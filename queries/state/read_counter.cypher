// purpose: The newest revision of the tenant's states; no row before the first event.
// mode: READ
// parameters: tenant STRING
// columns: revision
// plan: NodeUniqueIndexSeek
MATCH (k:_StateCounter {_tenant: $tenant})
RETURN k.revision AS revision
