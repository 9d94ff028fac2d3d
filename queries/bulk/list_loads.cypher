// purpose: The tenant's loads, newest first.
// mode: READ
// parameters: tenant STRING, limit INTEGER
// columns: id, name, status, started, updated, actor, lines, written, refused
MATCH (l:_Load {_tenant: $tenant})
RETURN l.id, l.name, l.status, l.started, l.updated, l.actor, l.lines, l.written, l.refused
ORDER BY l.started DESC, l.id
LIMIT $limit
