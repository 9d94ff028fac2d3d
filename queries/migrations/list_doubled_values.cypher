// purpose: Values of one property that several assets of one label and tenant share, with two of them, and how many
//   assets that are. `Asset` stands for the label, `name` for the property.
// mode: READ
// parameters: most INTEGER
// columns: number, samples
MATCH (a:`Asset`)
WHERE a.`name` IS NOT NULL
WITH a._tenant AS tenant, a.`name` AS value, count(a) AS number, min(a._id) AS first, max(a._id) AS last
WHERE number > 1
RETURN sum(number) AS number, collect([tenant, first, last])[..$most] AS samples
