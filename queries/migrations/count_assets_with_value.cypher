// purpose: How many assets of one label, in all tenants, have a value for a property. `Asset` stands for the label, `name` for
//   the property.
// mode: READ
// parameters: value STRING
// columns: number
MATCH (a:`Asset`)
WHERE a.`name` = $value
RETURN count(a) AS number
