// purpose: Tenants whose counts of assets belong to no revision, or to an earlier one than theirs.
// mode: READ
// parameters: -
// columns: tenant
MATCH (t:_Tenant)
WHERE coalesce(t.counted, -1) <> t.revision
RETURN t._tenant AS tenant ORDER BY tenant
