// purpose: Give assets the labels of another type.
// mode: WRITE
// parameters: tenant STRING, rows LIST<MAP>
// columns: -
// plan: NodeUniqueIndexSeek
UNWIND $rows AS row
MATCH (a:Asset {_tenant: $tenant, _id: row.id})
REMOVE a:$(row.gone)
SET a:$(row.labels)
