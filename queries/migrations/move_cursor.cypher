// purpose: Record how far a migration came, and say who wants it to pause.
// mode: WRITE
// parameters: revision STRING, facts MAP
// columns: pausedBy
// plan: NodeUniqueIndexSeek
MATCH (migration:_Migration {revision: $revision})
SET migration += $facts
RETURN migration.pausedBy AS pausedBy
