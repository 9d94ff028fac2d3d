// purpose: Compare and set current values, for many assets at once. The counter is locked first, as by all who write
//   states, and only then is anything compared: of two readings of a channel the one with the larger record stays,
//   whoever comes last. `groups` are [name, key, received, rows], each channel once: the properties that hold the value,
//   the record and the time of receipt; `rows` are [id, record, value, time], each asset once. What changed is noted
//   under the next revision, and the note of `kept` revisions ago is taken away. `late` are the assets and keys whose
//   record is as large already; `found` whose state is there, null where that is all of them. No record where none of
//   the assets has a state.
// mode: WRITE
// parameters: tenant STRING, groups LIST<LIST<ANY>>, kept INTEGER
// columns: revision, found, late
// plan: NodeUniqueIndexSeek
MERGE (k:_StateCounter {_tenant: $tenant})
ON CREATE SET k.revision = 0
SET k._tenant = $tenant
WITH k, k.revision AS before
UNWIND $groups AS of
WITH k, before, of[0] AS name, of[1] AS key, of[2] AS received, of[3] AS rows
UNWIND rows AS row
MATCH (s:_State {_tenant: $tenant, _id: row[0]})
WITH k, before, name, key, received, row, s, coalesce(s[key], '') < row[1] AS newer
FOREACH (_ IN CASE WHEN newer THEN [1] ELSE [] END | SET s[name] = row[2], s[key] = row[1], s[received] = row[3])
WITH k, before, collect(row[0]) AS found, collect(DISTINCT CASE WHEN newer THEN row[0] END) AS changed,
  collect(CASE WHEN newer THEN null ELSE [row[0], key] END) AS late
OPTIONAL MATCH (old:_StateChange {_tenant: $tenant, revision: before - $kept})
FOREACH (_ IN CASE WHEN size(changed) > 0 THEN [1] ELSE [] END |
  CREATE (:_StateChange {_tenant: $tenant, revision: before + 1, assets: changed})
  SET k.revision = before + 1
  DELETE old)
RETURN CASE WHEN size(changed) > 0 THEN before + 1 ELSE before END AS revision,
  CASE WHEN size(found) = reduce(n = 0, of IN $groups | n + size(of[3])) THEN null ELSE found END AS found, late
