// purpose: Create relationships of any types with all their values.
// mode: WRITE
// parameters: tenant STRING, rows LIST<MAP>
// columns: -
// plan: NodeUniqueIndexSeek
UNWIND $rows AS row
MATCH (a:Asset {_tenant: $tenant, _id: row.source})
MATCH (b:Asset {_tenant: $tenant, _id: row.target})
CREATE (a)-[r:$(row.type)]->(b)
SET r = row.values
