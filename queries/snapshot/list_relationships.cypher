// purpose: All relationships of some types that go out of a range of assets, in few records, one for each type, those with
//   terms apart: internal ids of both ends, and where any have terms or a key these by column: keys, groups, needs,
//   combines, capacities, losses, opens, days and microseconds of delays. The longest delay in microseconds alone is beyond
//   64 bits. Terms are looked at once more where there are any, for what is evaluated for each relationship is what this
//   costs. `CONTAINS` stands for the types.
// mode: READ
// parameters: tenant STRING, from STRING, to STRING
// columns: type, sources, targets, terms
// plan: NodeUniqueIndexSeek, !NodeByLabelScan, !AllNodesScan, !CartesianProduct
MATCH (a:Asset)-[r:`CONTAINS`]->(b:Asset)
WHERE a._tenant = $tenant AND a._id >= $from AND a._id < $to
WITH type(r) AS type, id(a) AS source, id(b) AS target, r,
     coalesce(r.key, r.group, r.needs, r.combine, r.capacity, r.loss, r.delay, r.open) IS NULL AS plain
WITH type, plain, collect(source) AS sources, collect(target) AS targets, collect(CASE WHEN NOT plain THEN r END) AS rs
RETURN type, sources, targets,
       CASE WHEN plain THEN []
       ELSE [[r IN rs | coalesce(r.key, '')], [r IN rs | coalesce(r.group, '')], [r IN rs | coalesce(r.needs, 1.0)],
             [r IN rs | coalesce(r.combine, 'QUORUM')], [r IN rs | coalesce(r.capacity, 1.0)],
             [r IN rs | coalesce(r.loss, 1.0)], [r IN rs | coalesce(r.open, false)],
             [r IN rs | coalesce(r.delay.days, 0)],
             [r IN rs | coalesce(r.delay.seconds * 1000000 + r.delay.microsecondsOfSecond, 0)]] END AS terms
