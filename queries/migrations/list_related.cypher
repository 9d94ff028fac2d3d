// purpose: Assets of one label that have a value for a property and are related to others by one type, either way; with the
//   value and the id of the other. `Asset` stands for the label, `CONTAINS` for the type, `name` for the property.
// mode: READ
// parameters: -
// columns: asset, value, other
MATCH (a:`Asset`)-[:`CONTAINS`]-(b:Asset)
WHERE a.`name` IS NOT NULL
RETURN [a._tenant, a._id] AS asset, a.`name` AS value, b._id AS other ORDER BY a._tenant, a._id
