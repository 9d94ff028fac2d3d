// purpose: How many assets and relationships records of changes name, in all tenants, whose operation begins so; of each
//   tenant those after a revision.
// mode: READ
// parameters: operation STRING, since MAP
// columns: number
MATCH (t:_Tenant)
MATCH (c:_Change {_tenant: t._tenant})
WHERE c.revision > coalesce($since[t._tenant], 0) AND c.operation STARTS WITH $operation
RETURN coalesce(sum(c.entryCount), 0) AS number
