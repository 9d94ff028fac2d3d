// purpose: Change values of assets; null takes a property away.
// mode: WRITE
// parameters: tenant STRING, rows LIST<MAP>
// columns: -
// plan: NodeUniqueIndexSeek
UNWIND $rows AS row
MATCH (a:Asset {_tenant: $tenant, _id: row.id})
SET a += row.values
