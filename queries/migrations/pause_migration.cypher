// purpose: Ask the migration that is under way to pause.
// mode: WRITE
// parameters: actor STRING
// columns: revision
MATCH (migration:_Migration)
WHERE migration.status = 'RUNNING' OR migration.amid IS NOT NULL OR migration.cursor IS NOT NULL
SET migration.pausedBy = $actor
RETURN migration.revision AS revision
