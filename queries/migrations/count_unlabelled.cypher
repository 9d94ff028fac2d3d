// purpose: How many assets of one label, in all tenants, lack another. `Asset` stands for the label, `name` for the other.
// mode: READ
// parameters: -
// columns: number
MATCH (a:`Asset`)
WHERE NOT a:`name`
RETURN count(a) AS number
