// purpose: Number and hash of the newest entry of the chain over the ledger, 0 and the empty text where there is none. The
//   SET locks the chain, so that nobody appends beside us before the commit.
// mode: WRITE
// parameters: -
// columns: number, hash
MERGE (lock:_Lease {name: 'ledger'})
SET lock.asked = timestamp()
WITH lock
OPTIONAL MATCH (entry:_LedgerEntry)
WITH entry ORDER BY entry.number DESC LIMIT 1
RETURN coalesce(entry.number, 0) AS number, coalesce(entry.hash, '') AS hash
