// purpose: The text of the file that a version was applied from.
// mode: READ
// parameters: revision STRING
// columns: source
// plan: NodeUniqueIndexSeek
MATCH (migration:_Migration {revision: $revision})
RETURN migration.source AS source
