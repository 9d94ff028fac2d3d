// purpose: Append an entry to the chain over the ledger; entries are never changed.
// mode: WRITE
// parameters: entry MAP
// columns: number
CREATE (entry:_LedgerEntry)
SET entry = $entry
RETURN entry.number AS number
