// purpose: Relationships of one type by their keys. `CONTAINS` stands for the type.
//   One record: a list of [source, target, key, properties].
// mode: READ
// parameters: keys LIST<STRING>
// columns: rows
// plan: DirectedRelationshipUniqueIndexSeek
UNWIND $keys AS key
MATCH (a)-[r:`CONTAINS` {_key: key}]->(b)
RETURN collect([a._id, b._id, coalesce(r.key, ''), properties(r)])
