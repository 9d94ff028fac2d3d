// purpose: Create assets with all their labels and values.
// mode: WRITE
// parameters: rows LIST<MAP>
// columns: -
UNWIND $rows AS row
CREATE (a:Asset:$(row.labels))
SET a = row.values
