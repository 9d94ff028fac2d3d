// purpose: All relationships of the given types in few records, one per 20,000 internal ids and type: internal ids of
//   both ends, public keys, and the supply terms [group, needs, combine, capacity, loss, open, days and microseconds of
//   delay], empty where none is set. The longest delay in microseconds alone is beyond 64 bits.
// mode: READ
// parameters: tenant STRING, types LIST<STRING>
// columns: type, sources, targets, keys, terms
// plan: NodeUniqueIndexSeek, !NodeByLabelScan, !AllNodesScan, !CartesianProduct
MATCH (a:Asset)-[r]->(b:Asset)
WHERE a._tenant = $tenant AND a._id IS NOT NULL AND type(r) IN $types
WITH type(r) AS type, id(r) / 20000 AS page,
     collect(id(a)) AS sources, collect(id(b)) AS targets, collect(coalesce(r.key, '')) AS keys,
     collect(
       CASE WHEN coalesce(r.group, r.needs, r.combine, r.capacity, r.loss, r.delay, r.open) IS NULL THEN []
       ELSE [r.group, r.needs, r.combine, r.capacity, r.loss, r.open,
             r.delay.days, r.delay.seconds * 1000000 + r.delay.microsecondsOfSecond]
       END) AS terms
RETURN type, sources, targets, keys, terms
