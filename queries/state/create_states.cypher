// purpose: Make the states that assets lack. The counter is locked first, as by all who write states; then the asset:
//   who deletes it takes its state along, and would not see one that is only being made.
// mode: WRITE
// parameters: tenant STRING, ids LIST<STRING>
// columns: -
// plan: NodeUniqueIndexSeek
MERGE (k:_StateCounter {_tenant: $tenant})
ON CREATE SET k.revision = 0, k.erased = 0
SET k._tenant = $tenant
WITH k
UNWIND $ids AS id
MATCH (a:Asset {_tenant: $tenant, _id: id})
SET a._id = id
MERGE (s:_State {_tenant: $tenant, _id: id})
ON CREATE SET s._rev = 0
