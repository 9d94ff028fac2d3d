// purpose: All relationships of the given types that go out of some assets, in few records, one for each type, those with
//   terms apart: internal ids of both ends, and where any have terms or a key these by column: keys, groups, needs,
//   combines, capacities, losses, opens, days and microseconds of delays. The longest delay in microseconds alone is beyond
//   64 bits. Assets are named by their internal ids, sorted: so they are read as they lie.
// mode: READ
// parameters: tenant STRING, nodes LIST<INTEGER>, types LIST<STRING>
// columns: type, sources, targets, terms
// plan: NodeByIdSeek, !NodeByLabelScan, !AllNodesScan, !CartesianProduct
UNWIND $nodes AS node
MATCH (a:Asset)-[r]->(b:Asset)
WHERE id(a) = node AND a._tenant = $tenant AND type(r) IN $types
WITH type(r) AS type, id(a) AS source, id(b) AS target, r,
     coalesce(r.key, r.group, r.needs, r.combine, r.capacity, r.loss, r.delay, r.open) IS NULL AS plain
WITH type, plain, collect(source) AS sources, collect(target) AS targets,
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
