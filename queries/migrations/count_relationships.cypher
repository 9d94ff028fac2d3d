// purpose: How many relationships of one type there are, in all tenants. `CONTAINS` stands for the type.
// mode: READ
// parameters: -
// columns: number
MATCH ()-[r:`CONTAINS`]->()
RETURN count(r) AS number
