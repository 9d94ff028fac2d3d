// purpose: Every index of the database that no constraint owns and that isn't Neo4j's own lookup index.
// mode: READ
// parameters: -
// columns: name, type, state, entities, properties, options
SHOW INDEXES YIELD name, type, state, labelsOrTypes, properties, options, owningConstraint
WHERE owningConstraint IS NULL AND type <> 'LOOKUP'
RETURN name, type, state, labelsOrTypes AS entities, properties, options
