// purpose: The first few relationships of one type, in any tenant, that have a value for a property and none for the one
//   that takes its place. `CONTAINS` stands for the type, `name` for the property, `code` for the other.
// mode: READ
// parameters: most INTEGER
// columns: tenant, source, target
MATCH (a)-[r:`CONTAINS`]->(b)
WHERE r.`name` IS NOT NULL AND r.`code` IS NULL
RETURN a._tenant AS tenant, a._id AS source, b._id AS target LIMIT $most
