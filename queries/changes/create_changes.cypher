// purpose: Write the change records of a transaction, set the tenant's revision to the newest, and let the counts of
//   its assets by type follow; `counted` is the revision that they belong to.
// mode: WRITE
// parameters: tenant STRING, revision INTEGER, counts LIST<MAP>, rows LIST<MAP>
// columns: -
// plan: NodeUniqueIndexSeek
MATCH (t:_Tenant {_tenant: $tenant})
SET t.revision = $revision, t.counted = $revision
FOREACH (each IN $counts |
  MERGE (n:_AssetCount {_tenant: $tenant, type: each.type})
  ON CREATE SET n.count = each.more
  ON MATCH SET n.count = n.count + each.more
)
WITH t
UNWIND $rows AS row
CREATE (c:_Change {_tenant: $tenant})
SET c += row
