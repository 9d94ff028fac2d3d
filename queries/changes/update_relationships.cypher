// purpose: Change values of relationships of one type; null takes a property away. `CONTAINS` stands for the type.
// mode: WRITE
// parameters: rows LIST<MAP>
// columns: -
// plan: DirectedRelationshipUniqueIndexSeek
UNWIND $rows AS row
MATCH ()-[r:`CONTAINS` {_key: row.key}]->()
SET r += row.values
