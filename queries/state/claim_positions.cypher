// purpose: Make somebody the one who may take steps in partitions of a log, and say where each stands: the offset of
//   the next record, -1 where nothing was taken yet. `rows` are {group, topic, number}, in one order for all writers.
// mode: WRITE
// parameters: tenant STRING, rows LIST<MAP>, owner STRING
// columns: group, topic, number, offset
// plan: NodeUniqueIndexSeek
UNWIND $rows AS row
MERGE (p:_Position {_tenant: $tenant, group: row.group, topic: row.topic, number: row.number})
ON CREATE SET p.offset = -1
SET p.owner = $owner
RETURN p.group AS group, p.topic AS topic, p.number AS number, p.offset AS offset
