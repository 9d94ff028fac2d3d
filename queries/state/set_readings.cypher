// purpose: Compare and set current values, for many assets at once. The counter is locked, then each state, and only
//   then is anything compared: of two readings of a channel the one with the larger record stays, whoever comes last.
//   `rows` are {id, channels: [{name, key, values}]}, each asset once; `key` is the property that holds the record.
//   No record where none of the assets has a state; an asset without one is not among the applied.
// mode: WRITE
// parameters: tenant STRING, rows LIST<MAP>
// columns: revision, applied
// plan: NodeUniqueIndexSeek
MERGE (k:_StateCounter {_tenant: $tenant})
ON CREATE SET k.revision = 0, k.erased = 0
SET k._tenant = $tenant
WITH k, k.revision + 1 AS next
UNWIND $rows AS row
MATCH (s:_State {_tenant: $tenant, _id: row.id})
SET s._tenant = $tenant
WITH k, next, row, s, [c IN row.channels WHERE coalesce(s[c.key], '') < c.values[c.key]] AS newer
FOREACH (c IN newer | SET s += c.values, s._rev = next)
WITH k, next, collect([row.id, [c IN newer | c.name]]) AS applied
SET k.revision = CASE WHEN any(each IN applied WHERE size(each[1]) > 0) THEN next ELSE next - 1 END
RETURN k.revision AS revision, applied
