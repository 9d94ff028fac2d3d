// purpose: How many assets of one label have too few or too many sources by a relationship type, and the first few.
//   `Asset` stands for the label, `CONTAINS` for the type.
// mode: READ
// parameters: minimum INTEGER, maximum INTEGER, symmetric BOOLEAN, most INTEGER
// columns: number, samples
MATCH (a:`Asset`)
WITH a, CASE WHEN $symmetric THEN COUNT { (a)-[:`CONTAINS`]-() } ELSE COUNT { (a)<-[:`CONTAINS`]-() } END AS number
WHERE number < $minimum OR number > $maximum
RETURN count(a) AS number, collect([a._tenant, a._id])[..$most] AS samples
