// purpose: Prolong a lease that is still one's own; no row where another has taken it. Locks it until the commit, so that
//   what the same transaction writes is written under the lease.
// mode: WRITE
// parameters: name STRING, owner STRING, fence INTEGER, millis INTEGER
// columns: fence
// plan: NodeUniqueIndexSeek
MATCH (lease:_Lease {name: $name})
SET lease.asked = timestamp()
WITH lease WHERE lease.owner = $owner AND lease.fence = $fence
SET lease.expires = timestamp() + $millis
RETURN lease.fence AS fence
