// purpose: Let other systems' names stand for assets.
// mode: WRITE
// parameters: tenant STRING, rows LIST<MAP>
// columns: -
// plan: NodeUniqueIndexSeek
UNWIND $rows AS row
MATCH (a:Asset {_tenant: $tenant, _id: row.asset})
CREATE (:_ExternalId {_tenant: $tenant, system: row.system, id: row.id})-[:_IDENTIFIES]->(a)
