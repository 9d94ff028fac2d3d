// purpose: How far a load of this content came: by which ontology, up to which revision of the tenant.
// mode: READ
// parameters: tenant STRING, id STRING
// columns: status, stage, written, revision, ontology
// plan: NodeUniqueIndexSeek
MATCH (l:_Load {_tenant: $tenant, id: $id})
RETURN l.status, l.stage, l.written, l.revision, l.ontology
