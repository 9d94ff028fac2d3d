// purpose: Every constraint of the database.
// mode: READ
// parameters: -
// columns: name, type, entities, properties
SHOW CONSTRAINTS YIELD name, type, labelsOrTypes, properties
RETURN name, type, labelsOrTypes AS entities, properties
