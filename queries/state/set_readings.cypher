// purpose: Compare and set current values, for many assets at once. The counter is locked, then each state, and only
//   then is anything compared: of two readings of a channel the one with the larger record stays, whoever comes last.
//   `rows` are {id, channels: [{name, key, values}]}, each asset once; `key` is the property that holds the record.
//   What changed is noted under the next revision, and the note of `kept` revisions ago is taken away. No record where
//   none of the assets has a state; an asset without one is not among the applied.
// mode: WRITE
// parameters: tenant STRING, rows LIST<MAP>, kept INTEGER
// columns: revision, applied
// plan: NodeUniqueIndexSeek
MERGE (k:_StateCounter {_tenant: $tenant})
ON CREATE SET k.revision = 0
SET k._tenant = $tenant
WITH k, k.revision AS before
UNWIND $rows AS row
MATCH (s:_State {_tenant: $tenant, _id: row.id})
SET s._tenant = $tenant
WITH k, before, row, s, [c IN row.channels WHERE coalesce(s[c.key], '') < c.values[c.key]] AS newer
FOREACH (c IN newer | SET s += c.values)
WITH k, before, collect([row.id, [c IN newer | c.name]]) AS applied
WITH k, before, applied, [each IN applied WHERE size(each[1]) > 0 | each[0]] AS changed
OPTIONAL MATCH (old:_StateChange {_tenant: $tenant, revision: before - $kept})
FOREACH (_ IN CASE WHEN size(changed) > 0 THEN [1] ELSE [] END |
  CREATE (:_StateChange {_tenant: $tenant, revision: before + 1, assets: changed})
  SET k.revision = before + 1
  DELETE old)
RETURN CASE WHEN size(changed) > 0 THEN before + 1 ELSE before END AS revision, applied
