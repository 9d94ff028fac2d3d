// purpose: Lock the tenant's counter, so that nothing is written until the transaction ends, and read its revision: all
//   up to it is in sight whole. Setting a property to what it is locks, and writes nothing.
// mode: WRITE
// parameters: tenant STRING
// columns: revision
// plan: NodeUniqueIndexSeek
MATCH (t:_Tenant {_tenant: $tenant})
SET t._tenant = $tenant
RETURN t.revision AS revision
