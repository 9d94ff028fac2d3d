// purpose: What a tenant's counts of assets say and what a look at all of them says, with its revision before.
// mode: READ
// parameters: tenant STRING
// columns: revision, counted, kept, found
// plan: NodeUniqueIndexSeek, !NodeByLabelScan
MATCH (t:_Tenant {_tenant: $tenant})
WITH t.revision AS revision, t.counted AS counted
RETURN revision, counted,
  COLLECT {
    MATCH (c:_AssetCount)
    WHERE c._tenant = $tenant AND c.type > ''
    RETURN [c.type, c.count]
  } AS kept,
  COLLECT {
    MATCH (a:Asset)
    WHERE a._tenant = $tenant AND a._id > ''
    WITH labels(a) AS labels, count(*) AS count
    RETURN [labels, count]
  } AS found
