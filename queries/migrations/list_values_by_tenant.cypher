// purpose: The different values of a text property that assets of one label have, tenant by tenant, with how many have each.
//   `Asset` stands for the label, `name` for the property.
// mode: READ
// parameters: -
// columns: tenant, value, number
MATCH (a:`Asset`)
WHERE a.`name` IS NOT NULL
RETURN a._tenant AS tenant, a.`name` AS value, count(a) AS number ORDER BY tenant, value
