// purpose: The newest record of changes between two revisions, both left out, whose operation begins so.
// mode: READ
// parameters: tenant STRING, operation STRING, since INTEGER, before INTEGER
// columns: revision, entries
// plan: !NodeByLabelScan, !AllNodesScan, !Sort
MATCH (c:_Change {_tenant: $tenant})
WHERE c.revision > $since AND c.revision < $before AND c.operation STARTS WITH $operation
RETURN c.revision AS revision, c.entries AS entries ORDER BY c._tenant DESC, c.revision DESC LIMIT 1
