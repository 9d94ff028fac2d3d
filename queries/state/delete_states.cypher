// purpose: Delete the states of assets that are about to be deleted, and tell those who keep states in memory. Before
//   the assets: whoever makes a state locks the counter first too.
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
WITH k, count(*) AS gone
SET k.revision = k.revision + 1
SET k.erased = k.revision
