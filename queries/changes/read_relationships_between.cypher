// purpose: All relationships of one type from one asset to another; a pair is [source, target]. `CONTAINS` stands for the
//   type. Both ends are known before the relationships are looked for, so the end with fewer of them is searched.
//   One record: a list of [source, target, key, properties].
// mode: READ
// parameters: tenant STRING, pairs LIST<LIST<STRING>>
// columns: rows
// plan: NodeUniqueIndexSeek, Expand(Into)
UNWIND $pairs AS pair
MATCH (a:Asset {_tenant: $tenant, _id: pair[0]})
MATCH (b:Asset {_tenant: $tenant, _id: pair[1]})
UNWIND [(a)-[r:`CONTAINS`]->(b) | [a._id, b._id, coalesce(r.key, ''), properties(r)]] AS found
RETURN collect(found)
