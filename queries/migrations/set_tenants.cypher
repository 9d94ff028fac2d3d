// purpose: Tell every tenant's counter which ontology its data is held to; a writer that checked against another one
//   meets the difference under the counter's lock.
// mode: WRITE
// parameters: hash STRING
// columns: tenants
MATCH (counter:_Tenant)
SET counter.ontology = $hash
RETURN count(counter) AS tenants
