// purpose: Delete the states of assets that are about to be deleted, and note it under the next revision of states.
//   Before the assets: whoever makes a state locks the counter first too.
// mode: WRITE
// parameters: tenant STRING, ids LIST<STRING>
// columns: -
// plan: NodeUniqueIndexSeek
MATCH (k:_StateCounter {_tenant: $tenant})
SET k._tenant = $tenant
WITH k
UNWIND $ids AS id
MATCH (s:_State {_tenant: $tenant, _id: id})
DELETE s
WITH k, collect(id) AS gone
SET k.revision = k.revision + 1
CREATE (:_StateChange {_tenant: $tenant, revision: k.revision, assets: gone})
