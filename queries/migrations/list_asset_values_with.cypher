// purpose: The different values of a list, map or object property that assets of one label have and that contain one of some
//   texts, wherever; with how many have each. `Asset` stands for the label, `name` for the property.
// mode: READ
// parameters: texts LIST<STRING>
// columns: value, number
MATCH (a:`Asset`)
WHERE any(part IN [] + a.`name` WHERE any(text IN $texts WHERE part CONTAINS text))
RETURN a.`name` AS value, count(a) AS number
