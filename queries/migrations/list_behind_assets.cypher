// purpose: The first few assets of one label, in any tenant, that have a value for a property and none for the one that
//   takes its place. `Asset` stands for the label, `name` for the property, `code` for the other.
// mode: READ
// parameters: most INTEGER
// columns: tenant, id
MATCH (a:`Asset`)
WHERE a.`name` IS NOT NULL AND a.`code` IS NULL
RETURN a._tenant AS tenant, a._id AS id LIMIT $most
