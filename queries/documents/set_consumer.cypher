// purpose: A consumer of the interface with who answers for it; one that is known gets the new owner and contact.
// mode: WRITE
// parameters: name STRING, owner STRING, contact STRING, now INTEGER
// columns: -
// plan: NodeUniqueIndexSeek
MERGE (c:_Consumer {name: $name})
ON CREATE SET c.registered = $now
SET c.owner = $owner, c.contact = $contact, c.updated = $now
