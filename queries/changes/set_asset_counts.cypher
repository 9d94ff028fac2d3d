// purpose: Set the counts of a tenant's assets by type, those of types that aren't given to 0.
// mode: WRITE
// parameters: tenant STRING, counts LIST<MAP>
// columns: -
// plan: NodeUniqueIndexSeek
MATCH (t:_Tenant {_tenant: $tenant})
SET t.counted = t.revision
WITH t
CALL () {
  MATCH (n:_AssetCount)
  WHERE n._tenant = $tenant AND n.type > ''
  SET n.count = 0
}
FOREACH (each IN $counts |
  MERGE (n:_AssetCount {_tenant: $tenant, type: each.type})
  SET n.count = each.count
)
