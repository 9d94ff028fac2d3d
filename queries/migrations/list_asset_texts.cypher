// purpose: The different values of a text property that assets of one label have. `Asset` stands for the label, `name` for
//   the property.
// mode: READ
// parameters: -
// columns: texts
MATCH (a:`Asset`)
WHERE a.`name` IS NOT NULL
RETURN collect(DISTINCT a.`name`) AS texts
