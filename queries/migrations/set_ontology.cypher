// purpose: Make an ontology the one this database holds data of.
// mode: WRITE
// parameters: revision STRING, hash STRING, canonical STRING
// columns: revision
MERGE (ontology:_Ontology {name: 'current'})
SET ontology.revision = $revision, ontology.hash = $hash, ontology.canonical = $canonical
RETURN ontology.revision AS revision
