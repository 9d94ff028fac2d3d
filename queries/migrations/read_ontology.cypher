// purpose: The ontology this database holds data of.
// mode: READ
// parameters: -
// columns: revision, hash, canonical
// plan: NodeUniqueIndexSeek
MATCH (ontology:_Ontology {name: 'current'})
RETURN ontology.revision AS revision, ontology.hash AS hash, ontology.canonical AS canonical
