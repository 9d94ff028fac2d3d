// purpose: All relationships of some types that go out of a range of assets, in few records, one for each type, those with
//   terms apart: a number, twice that of the type and one more for those with terms; internal ids of both ends; and where
//   any have terms or a key these by column: keys, groups, needs, combines, capacities, losses, opens, days and
//   microseconds of delays. The longest delay in microseconds alone is beyond 64 bits. What is evaluated for each
//   relationship is what this costs: one whole number to group by takes a third of what a text and a truth take, the
//   target's label isn't looked at (who reads this knows all assets), and terms are looked at once more where there are
//   any. `numbers` are those of the types by name. `CONTAINS` stands for the types.
// mode: READ
// parameters: tenant STRING, numbers MAP, from STRING, to STRING
// columns: kind, sources, targets, terms
// plan: NodeUniqueIndexSeek, !NodeByLabelScan, !AllNodesScan, !CartesianProduct
MATCH (a:Asset)-[r:`CONTAINS`]->(b)
WHERE a._tenant = $tenant AND a._id >= $from AND a._id < $to
WITH 2 * $numbers[type(r)] +
     CASE WHEN r.key IS NULL AND r.group IS NULL AND r.needs IS NULL AND r.combine IS NULL AND r.capacity IS NULL
               AND r.loss IS NULL AND r.delay IS NULL AND r.open IS NULL THEN 0 ELSE 1 END AS kind,
     id(a) AS source, id(b) AS target, r
WITH kind, collect(source) AS sources, collect(target) AS targets, collect(CASE WHEN kind % 2 = 1 THEN r END) AS rs
RETURN kind, sources, targets,
       CASE WHEN kind % 2 = 0 THEN []
       ELSE [[r IN rs | coalesce(r.key, '')], [r IN rs | coalesce(r.group, '')], [r IN rs | coalesce(r.needs, 1.0)],
             [r IN rs | coalesce(r.combine, 'QUORUM')], [r IN rs | coalesce(r.capacity, 1.0)],
             [r IN rs | coalesce(r.loss, 1.0)], [r IN rs | coalesce(r.open, false)],
             [r IN rs | coalesce(r.delay.days, 0)],
             [r IN rs | coalesce(r.delay.seconds * 1000000 + r.delay.microsecondsOfSecond, 0)]] END AS terms
