// purpose: How many assets of one label, in all tenants, have a value for a property and none for the one that takes its
//   place. `Asset` stands for the label, `name` for the property, `code` for the other.
// mode: READ
// parameters: -
// columns: number
MATCH (a:`Asset`)
WHERE a.`name` IS NOT NULL AND a.`code` IS NULL
RETURN count(a) AS number
