// purpose: Where the steps over data of a migration go on.
// mode: READ
// parameters: revision STRING
// columns: cursor
// plan: NodeUniqueIndexSeek
MATCH (migration:_Migration {revision: $revision})
RETURN migration.cursor AS cursor
