// purpose: Every migration that was begun on this database, newest first.
// mode: READ
// parameters: -
// columns: revision, parents, status, phase, startedAt, appliedAt, appliedBy, checksum, changed, durationMs, before,
//   after, message, chain, cursor, doing, amid, since, pausedBy, undoErase, undoing, sweep, drops
MATCH (migration:_Migration)
RETURN migration.revision AS revision, migration.parents AS parents, migration.status AS status,
  migration.phase AS phase, migration.startedAt AS startedAt, migration.appliedAt AS appliedAt,
  migration.appliedBy AS appliedBy, migration.checksum AS checksum, migration.changed AS changed,
  migration.durationMs AS durationMs, migration.before AS before, migration.after AS after,
  migration.message AS message, migration.chain AS chain,
  migration.cursor AS cursor, migration.doing AS doing, migration.amid AS amid, migration.since AS since,
  migration.pausedBy AS pausedBy, coalesce(migration.undoErase, false) AS undoErase,
  coalesce(migration.undoing, false) AS undoing,
  coalesce(migration.sweep, []) AS sweep, coalesce(migration.drops, []) AS drops
ORDER BY migration.position DESC
