// purpose: How many assets, in all tenants, have a label. `Asset` stands for the label.
// mode: READ
// parameters: -
// columns: number
MATCH (a:`Asset`)
RETURN count(a) AS number
