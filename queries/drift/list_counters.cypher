// purpose: A page of the tenants' counters: tenant, newest revision, hash of the ontology. Rising.
// mode: READ
// parameters: after STRING, limit INTEGER
// columns: tenant, revision, ontology
// plan: !AllNodesScan
MATCH (t:_Tenant)
WHERE t._tenant > $after
RETURN t._tenant AS tenant, t.revision AS revision, t.ontology AS ontology
ORDER BY t._tenant LIMIT $limit
