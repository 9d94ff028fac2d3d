// purpose: Give another label to all assets of one label that lack it, in all tenants. `Asset` stands for the label, `name`
//   for the other.
// mode: WRITE
// parameters: -
// columns: -
MATCH (a:`Asset`)
WHERE NOT a:`name`
SET a:`name`
