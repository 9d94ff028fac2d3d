// purpose: Forget uses before a day, an ISO date.
// mode: WRITE
// parameters: before STRING
// columns: -
// plan: NodeByLabelScan
MATCH (u:_Usage)
WHERE u.day < $before
DELETE u
