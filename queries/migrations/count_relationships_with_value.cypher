// purpose: How many relationships of one type, in all tenants, have a value for a property. `CONTAINS` stands for the type,
//   `name` for the property.
// mode: READ
// parameters: value STRING
// columns: number
MATCH ()-[r:`CONTAINS`]->()
WHERE r.`name` = $value
RETURN count(r) AS number
