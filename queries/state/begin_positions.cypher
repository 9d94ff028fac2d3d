// purpose: Begin topics of a log elsewhere than at their beginning, once: where none of the partitions that are given of
//   a topic stands anywhere yet, each stands at its `end` from now on; else nothing is set. All are locked before they
//   are looked at, so of several who begin a topic at once one does. `rows` are {group, topic, number, end}, in one
//   order for all writers and with all partitions of each topic. Says where each stands.
// mode: WRITE
// parameters: tenant STRING, rows LIST<MAP>
// columns: group, topic, number, offset
// plan: NodeUniqueIndexSeek
UNWIND $rows AS row
MERGE (p:_Position {_tenant: $tenant, group: row.group, topic: row.topic, number: row.number})
ON CREATE SET p.offset = -1
SET p._tenant = $tenant
WITH row.group AS group, row.topic AS topic, collect({position: p, end: row.end}) AS found
WITH found, any(each IN found WHERE each.position.offset <> -1) AS begun
UNWIND found AS each
WITH each.position AS p, CASE WHEN begun THEN each.position.offset ELSE each.end END AS offset
SET p.offset = offset
RETURN p.group AS group, p.topic AS topic, p.number AS number, p.offset AS offset
