// purpose: How many assets are called sources of a relationship type, in all tenants, and the first few.
// mode: READ
// parameters: type STRING, most INTEGER
// columns: number, samples
MATCH (a:Asset)
WHERE $type IN a._sourceOf
WITH count(a) AS number
RETURN number, COLLECT {
  MATCH (b:Asset)
  WHERE $type IN b._sourceOf
  RETURN [b._tenant, b._id] LIMIT $most
} AS samples
