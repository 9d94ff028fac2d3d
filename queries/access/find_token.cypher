// purpose: The access token with this hash.
// mode: READ
// parameters: hash STRING
// columns: id, name, tenant, scopes, created, expires, lastUsed
// plan: NodeUniqueIndexSeek
MATCH (t:_Token {hash: $hash})
RETURN t.id, t.name, t.tenant, t.scopes, t.created, t.expires, t.lastUsed
