// purpose: Wait until all indexes are online; fails where one can't be built.
// mode: READ
// parameters: seconds INTEGER
// columns: -
CALL db.awaitIndexes($seconds)
