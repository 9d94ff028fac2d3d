// purpose: How many of some assets there are. `ids` are [tenant, id] each.
// mode: READ
// parameters: ids LIST<LIST<STRING>>
// columns: number
// plan: NodeUniqueIndexSeek
UNWIND $ids AS each
OPTIONAL MATCH (a:Asset {_tenant: each[0], _id: each[1]})
RETURN count(a) AS number
