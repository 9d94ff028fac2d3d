// purpose: Record that a migration begins, with the schema commands it is going to run.
// mode: WRITE
// parameters: revision STRING, facts MAP
// columns: revision
MERGE (migration:_Migration {revision: $revision})
SET migration += $facts
RETURN migration.revision AS revision
