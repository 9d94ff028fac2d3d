// purpose: The change record of one revision, by which a snapshot kept elsewhere knows the database it was made from.
// mode: READ
// parameters: tenant STRING, revision INTEGER
// columns: time, actor, operation, touched, entries
// plan: NodeUniqueIndexSeek
MATCH (c:_Change {_tenant: $tenant, revision: $revision})
RETURN c.time AS time, c.actor AS actor, c.operation AS operation, c.touched AS touched, c.entries AS entries
