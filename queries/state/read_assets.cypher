// purpose: Labels of assets by id and whether each has a state, with the revision of the tenant that they are read at.
//   One record; assets that are not there are left out.
// mode: READ
// parameters: tenant STRING, ids LIST<STRING>
// columns: revision, assets
// plan: NodeUniqueIndexSeek
OPTIONAL MATCH (t:_Tenant {_tenant: $tenant})
RETURN coalesce(t.revision, 0) AS revision, COLLECT {
  UNWIND $ids AS id
  MATCH (a:Asset {_tenant: $tenant, _id: id})
  OPTIONAL MATCH (s:_State {_tenant: $tenant, _id: id})
  RETURN [id, labels(a), s IS NOT NULL]
} AS assets
