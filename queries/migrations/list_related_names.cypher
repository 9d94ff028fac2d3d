// purpose: The different names of the assets that assets of one label are related to by one type, either way, tenant by
//   tenant, with how many are. `Asset` stands for the label, `CONTAINS` for the type.
// mode: READ
// parameters: -
// columns: tenant, name, number
MATCH (a:`Asset`)-[:`CONTAINS`]-(b:Asset)
RETURN a._tenant AS tenant, b.name AS name, count(DISTINCT a) AS number ORDER BY tenant, name
