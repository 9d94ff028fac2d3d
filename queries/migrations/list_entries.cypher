// purpose: The chain over the ledger, oldest entry first.
// mode: READ
// parameters: -
// columns: number, kind, revision, at, by, facts, previous, hash
MATCH (entry:_LedgerEntry)
RETURN entry.number AS number, entry.kind AS kind, entry.revision AS revision, entry.at AS at, entry.by AS by,
  entry.facts AS facts, entry.previous AS previous, entry.hash AS hash
ORDER BY number
