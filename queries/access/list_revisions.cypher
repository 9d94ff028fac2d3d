// purpose: Newest revisions of some tenants, and the hash of the ontology in force.
// mode: READ
// parameters: tenants LIST<STRING>
// columns: ontology, revisions
// plan: NodeUniqueIndexSeek, !NodeByLabelScan
OPTIONAL MATCH (o:_Ontology {name: 'current'})
RETURN o.hash AS ontology, COLLECT {
  UNWIND $tenants AS name
  MATCH (t:_Tenant {_tenant: name})
  RETURN [name, t.revision]
} AS revisions
