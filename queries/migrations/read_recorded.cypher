// purpose: The newest record of changes between two revisions, both left out, whose operation begins as one of
//   these.
// mode: READ
// parameters: tenant STRING, operations LIST<STRING>, since INTEGER, before INTEGER
// columns: revision, operation, entries
// plan: !NodeByLabelScan, !AllNodesScan, !Sort
MATCH (c:_Change {_tenant: $tenant})
WHERE c.revision > $since AND c.revision < $before AND any(each IN $operations WHERE c.operation STARTS WITH each)
RETURN c.revision AS revision, c.operation AS operation, c.entries AS entries ORDER BY c._tenant DESC, c.revision DESC LIMIT 1
