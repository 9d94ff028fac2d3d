// purpose: How many relationships of one type, in all tenants, have a value for a property and none for the one that takes
//   its place. `CONTAINS` stands for the type, `name` for the property, `code` for the other.
// mode: READ
// parameters: -
// columns: number
MATCH ()-[r:`CONTAINS`]->()
WHERE r.`name` IS NOT NULL AND r.`code` IS NULL
RETURN count(r) AS number
