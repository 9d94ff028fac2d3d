// purpose: States of some assets: of each channel the property that holds its record, the record, and the time of
//   receipt. What has none is left out.
// mode: READ
// parameters: tenant STRING, ids LIST<STRING>
// columns: id, channels
// plan: NodeUniqueIndexSeek
UNWIND $ids AS id
MATCH (s:_State {_tenant: $tenant, _id: id})
RETURN s._id AS id, [key IN keys(s) WHERE key ENDS WITH '_' | [key, s[key], s[key + 'received']]] AS channels
