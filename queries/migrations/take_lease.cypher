// purpose: Take the lease of a name where it is free, expired or one's own; says who holds it then. The first SET locks
//   the node, so that what is read after it can't change before the commit. The time is the server's; where that was
//   put back, an expiry from before lies farther ahead than a lease can last, and counts from now on.
// mode: WRITE
// parameters: name STRING, owner STRING, millis INTEGER
// columns: taken, owner, fence, remaining
MERGE (lease:_Lease {name: $name})
ON CREATE SET lease.fence = 0, lease.expires = 0
SET lease.asked = timestamp()
WITH lease, timestamp() + coalesce(lease.lasts, $millis) AS latest
SET lease.expires = CASE WHEN lease.expires > latest THEN latest ELSE lease.expires END
WITH lease, lease.owner IS NULL OR lease.owner = $owner OR lease.expires <= timestamp() AS taken
FOREACH (_ IN CASE WHEN taken THEN [1] ELSE [] END |
  SET lease.owner = $owner, lease.fence = lease.fence + 1, lease.expires = timestamp() + $millis,
    lease.lasts = $millis
)
RETURN taken, lease.owner AS owner, lease.fence AS fence, lease.expires - timestamp() AS remaining
