// purpose: Uses of operations since a day, an ISO date. One record for each day, tenant, consumer and operation.
// mode: READ
// parameters: since STRING
// columns: day, tenant, consumer, document, operation, count, fields, names
// plan: NodeByLabelScan
MATCH (u:_Usage)
WHERE u.day >= $since
RETURN u.day AS day, u.tenant, u.consumer AS consumer, u.document, u.operation AS operation, u.count, u.fields, coalesce(u.names, []) AS names
ORDER BY day, consumer, operation
