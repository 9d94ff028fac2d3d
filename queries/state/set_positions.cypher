// purpose: Compare and set where partitions of a log stand. Each is locked first and only then compared: who lost it to
//   another, or knows less than what was taken, sets nothing. What is so already is set again, for a transaction may
//   be repeated whose commit wasn't heard of. `rows` are {group, topic, number, owner, start, end}, in one order for
//   all writers; no row comes back for one that isn't set.
// mode: WRITE
// parameters: tenant STRING, rows LIST<MAP>
// columns: group, topic, number
// plan: NodeUniqueIndexSeek
UNWIND $rows AS row
MATCH (p:_Position {_tenant: $tenant, group: row.group, topic: row.topic, number: row.number})
SET p._tenant = $tenant
WITH p, row
WHERE p.owner = row.owner AND p.offset IN [row.start, row.end]
SET p.offset = row.end
RETURN p.group AS group, p.topic AS topic, p.number AS number
