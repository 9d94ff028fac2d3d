// purpose: Give a lease back where it is still one's own.
// mode: WRITE
// parameters: name STRING, owner STRING, fence INTEGER
// columns: fence
// plan: NodeUniqueIndexSeek
MATCH (lease:_Lease {name: $name})
SET lease.asked = timestamp()
WITH lease WHERE lease.owner = $owner AND lease.fence = $fence
SET lease.expires = 0
REMOVE lease.owner
RETURN lease.fence AS fence
