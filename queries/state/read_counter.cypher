// purpose: The newest revision of the tenant's states, and that of the last time that some were deleted with their
//   assets; no row before the first event.
// mode: READ
// parameters: tenant STRING
// columns: revision, erased
// plan: NodeUniqueIndexSeek
MATCH (k:_StateCounter {_tenant: $tenant})
RETURN k.revision AS revision, k.erased AS erased
