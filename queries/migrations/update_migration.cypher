// purpose: Record how far a migration came.
// mode: WRITE
// parameters: revision STRING, facts MAP
// columns: revision
// plan: NodeUniqueIndexSeek
MATCH (migration:_Migration {revision: $revision})
SET migration += $facts
RETURN migration.revision AS revision
