// purpose: Lock the tenant's revision counter and make it on first use; first statement of every writing transaction.
//   Setting a property to what it is locks the node before its revision is read, and writes nothing; MERGE alone, or
//   taking away a property that isn't there, locks nothing. Before the first write the ontology is locked too: whoever
//   changes it tells all counters, and would not see one that is only being made.
// mode: WRITE
// parameters: tenant STRING, ontology STRING
// columns: revision, ontology, current, counted
// plan: NodeUniqueIndexSeek
MERGE (t:_Tenant {_tenant: $tenant})
ON CREATE SET t.revision = 0, t.ontology = $ontology
SET t._tenant = $tenant
WITH t
OPTIONAL MATCH (o:_Ontology {name: 'current'})
FOREACH (held IN CASE WHEN t.revision = 0 AND o IS NOT NULL THEN [o] ELSE [] END | SET held.name = 'current')
RETURN t.revision, t.ontology, o.hash, t.counted
