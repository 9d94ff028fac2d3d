// purpose: All tenants that have written something.
// mode: READ
// parameters: -
// columns: tenant
MATCH (t:_Tenant)
RETURN t._tenant AS tenant ORDER BY tenant
