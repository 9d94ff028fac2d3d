// purpose: The different values of a text property that relationships of one type have. `CONTAINS` stands for the type,
//   `name` for the property.
// mode: READ
// parameters: -
// columns: texts
MATCH ()-[r:`CONTAINS`]->()
WHERE r.`name` IS NOT NULL
RETURN collect(DISTINCT r.`name`) AS texts
