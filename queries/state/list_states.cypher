// purpose: States that changed after a revision of the tenant's states: of each channel the property that holds its
//   record, the record, and the time of receipt.
// mode: READ
// parameters: tenant STRING, after INTEGER
// columns: id, channels
// plan: NodeIndexSeek
MATCH (s:_State)
WHERE s._tenant = $tenant AND s._rev > $after
RETURN s._id AS id, [key IN keys(s) WHERE key ENDS WITH '_' | [key, s[key], s[key + 'received']]] AS channels
