// purpose: The newest revision of each tenant.
// mode: READ
// parameters: -
// columns: tenant, revision
MATCH (t:_Tenant)
RETURN t._tenant AS tenant, t.revision AS revision ORDER BY tenant
