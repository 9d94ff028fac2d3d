// purpose: All relationships of the given types in few records, one per 20,000 internal ids and type, those with terms
//   apart: internal ids of both ends, and where any have terms or a key these by column: keys, groups, needs, combines,
//   capacities, losses, opens, days and microseconds of delays. The longest delay in microseconds alone is beyond 64
//   bits.
// mode: READ
// parameters: tenant STRING, types LIST<STRING>
// columns: type, sources, targets, terms
// plan: NodeUniqueIndexSeek, !NodeByLabelScan, !AllNodesScan, !CartesianProduct
MATCH (a:Asset)-[r]->(b:Asset)
WHERE a._tenant = $tenant AND a._id IS NOT NULL AND type(r) IN $types
WITH type(r) AS type, id(r) / 20000 AS page, id(a) AS source, id(b) AS target, r,
     coalesce(r.key, r.group, r.needs, r.combine, r.capacity, r.loss, r.delay, r.open) IS NULL AS plain
WITH type, page, plain, collect(source) AS sources, collect(target) AS targets,
     collect(CASE WHEN NOT plain THEN coalesce(r.key, '') END) AS keys,
     collect(CASE WHEN NOT plain THEN coalesce(r.group, '') END) AS groups,
     collect(CASE WHEN NOT plain THEN coalesce(r.needs, 1.0) END) AS needs,
     collect(CASE WHEN NOT plain THEN coalesce(r.combine, 'QUORUM') END) AS combines,
     collect(CASE WHEN NOT plain THEN coalesce(r.capacity, 1.0) END) AS capacities,
     collect(CASE WHEN NOT plain THEN coalesce(r.loss, 1.0) END) AS losses,
     collect(CASE WHEN NOT plain THEN coalesce(r.open, false) END) AS opens,
     collect(CASE WHEN NOT plain THEN coalesce(r.delay.days, 0) END) AS days,
     collect(CASE WHEN NOT plain THEN coalesce(r.delay.seconds * 1000000 + r.delay.microsecondsOfSecond, 0) END)
       AS microseconds
RETURN type, sources, targets,
       CASE WHEN plain THEN []
       ELSE [keys, groups, needs, combines, capacities, losses, opens, days, microseconds] END AS terms
