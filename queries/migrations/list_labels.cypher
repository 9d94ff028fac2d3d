// purpose: Labels that nodes of this database have.
// mode: READ
// parameters: -
// columns: label
CALL db.labels() YIELD label
RETURN label ORDER BY label
