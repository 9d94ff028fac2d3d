// purpose: Add to the uses of operations. A use is {day, owner, consumer, document, operation, count, fields, names};
//   `day` is an ISO date, `owner` the tenant. Of the names, `most` are kept.
// mode: WRITE
// parameters: uses LIST<MAP>, most INTEGER
// columns: -
// plan: NodeUniqueIndexSeek
UNWIND $uses AS use
MERGE (u:_Usage {
  day: use.day, tenant: use.owner, consumer: use.consumer, document: use.document, operation: use.operation
})
ON CREATE SET u.count = 0, u.fields = []
SET
  u.count = u.count + use.count,
  u.fields = u.fields + [field IN use.fields WHERE NOT field IN u.fields],
  u.names = (coalesce(u.names, []) + [name IN use.names WHERE NOT name IN coalesce(u.names, [])])[..$most]
