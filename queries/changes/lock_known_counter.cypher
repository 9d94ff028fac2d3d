// purpose: Lock the tenant's revision counter if there is one; for dry runs, which leave nothing behind.
// mode: WRITE
// parameters: tenant STRING
// columns: revision, ontology, current, counted
// plan: NodeUniqueIndexSeek
MATCH (t:_Tenant {_tenant: $tenant})
SET t._tenant = $tenant
WITH t
OPTIONAL MATCH (o:_Ontology {name: 'current'})
RETURN t.revision, t.ontology, o.hash, t.counted
