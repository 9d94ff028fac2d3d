// purpose: How many assets, in all tenants, are called a source of one flow themselves, and not of another (that may be empty).
// mode: READ
// parameters: type STRING, other STRING
// columns: number
MATCH (a:Asset)
WHERE $type IN a._sourceOf AND NOT $other IN a._sourceOf
RETURN count(a) AS number
