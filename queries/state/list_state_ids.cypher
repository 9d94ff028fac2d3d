// purpose: Ids of all assets that have a state.
// mode: READ
// parameters: tenant STRING
// columns: ids
// plan: NodeUniqueIndexSeek
MATCH (s:_State)
WHERE s._tenant = $tenant AND s._id > ''
RETURN collect(s._id) AS ids
