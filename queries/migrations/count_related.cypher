// purpose: How many assets of one label are related to others by one type, either way. `Asset` stands for the label, `CONTAINS`
//   for the type.
// mode: READ
// parameters: -
// columns: number
MATCH (a:`Asset`)
WHERE EXISTS { (a)-[:`CONTAINS`]-(:Asset) }
RETURN count(a) AS number
