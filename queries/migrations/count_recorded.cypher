// purpose: How many assets and relationships records of changes name, in all tenants, whose operation begins as one of these; of each
//   tenant those after a revision.
// mode: READ
// parameters: operations LIST<STRING>, since MAP
// columns: number
MATCH (t:_Tenant)
MATCH (c:_Change {_tenant: t._tenant})
WHERE c.revision > coalesce($since[t._tenant], 0) AND any(each IN $operations WHERE c.operation STARTS WITH each)
RETURN coalesce(sum(c.entryCount), 0) AS number
