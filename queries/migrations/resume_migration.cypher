// purpose: Let the migration that was paused go on.
// mode: WRITE
// parameters: -
// columns: revision
MATCH (migration:_Migration)
WHERE migration.pausedBy IS NOT NULL
SET migration.pausedBy = null
RETURN migration.revision AS revision
