// purpose: The next tenant that has assets; no row after the last. With one tenant a seek, however many assets it has.
// mode: READ
// parameters: after STRING
// columns: tenant
// plan: !NodeByLabelScan, !AllNodesScan, !Sort
MATCH (a:Asset)
WHERE a._tenant > $after AND a._id IS NOT NULL
RETURN a._tenant AS tenant
ORDER BY a._tenant LIMIT 1
