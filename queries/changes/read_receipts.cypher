// purpose: What was answered before under these idempotency keys; a key is [actor, idempotency key].
//   One record: a list of [actor, idempotencyKey, requestHash, receipt].
// mode: READ
// parameters: tenant STRING, keys LIST<LIST<STRING>>
// columns: rows
// plan: NodeUniqueIndexSeek
UNWIND $keys AS wanted
MATCH (c:_Change {_tenant: $tenant, actor: wanted[0], idempotencyKey: wanted[1]})
RETURN collect([c.actor, c.idempotencyKey, c.requestHash, c.receipt])
