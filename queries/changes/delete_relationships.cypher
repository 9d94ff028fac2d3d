// purpose: Delete relationships of one type by their keys. `CONTAINS` stands for the type.
// mode: WRITE
// parameters: keys LIST<STRING>
// columns: -
// plan: DirectedRelationshipUniqueIndexSeek
UNWIND $keys AS key
MATCH ()-[r:`CONTAINS` {_key: key}]->()
DELETE r
