// purpose: Count what a migration has changed.
// mode: WRITE
// parameters: revision STRING, changed INTEGER
// columns: changed
// plan: NodeUniqueIndexSeek
MATCH (migration:_Migration {revision: $revision})
SET migration.changed = migration.changed + $changed
RETURN migration.changed AS changed
