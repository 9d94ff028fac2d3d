// purpose: Newest revision of the tenant; no row before its first write.
// mode: READ
// parameters: tenant STRING
// columns: revision
// plan: NodeUniqueIndexSeek
MATCH (t:_Tenant {_tenant: $tenant})
RETURN t.revision AS revision
