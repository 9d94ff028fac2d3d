// purpose: All access tokens, newest first.
// mode: READ
// parameters: -
// columns: id, name, tenant, scopes, created, expires, lastUsed
// plan: NodeByLabelScan
MATCH (t:_Token)
RETURN t.id, t.name, t.tenant, t.scopes, t.created, t.expires, t.lastUsed
ORDER BY t.created DESC, t.id
