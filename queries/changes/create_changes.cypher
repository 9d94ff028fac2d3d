// purpose: Write the change records of a transaction and set the tenant's revision to the newest.
// mode: WRITE
// parameters: tenant STRING, revision INTEGER, rows LIST<MAP>
// columns: -
// plan: NodeUniqueIndexSeek
MATCH (t:_Tenant {_tenant: $tenant})
SET t.revision = $revision
WITH t
UNWIND $rows AS row
CREATE (c:_Change {_tenant: $tenant})
SET c += row
