// purpose: The different values of a list, map or object property that relationships of one type have and that contain one
//   of some texts, wherever; with how many have each. `CONTAINS` stands for the type, `name` for the property.
// mode: READ
// parameters: texts LIST<STRING>
// columns: value, number
MATCH ()-[r:`CONTAINS`]->()
WHERE any(part IN [] + r.`name` WHERE any(text IN $texts WHERE part CONTAINS text))
RETURN r.`name` AS value, count(r) AS number
