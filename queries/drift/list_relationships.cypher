// purpose: A page of the relationships of one type by rising key, with both ends. Where two have one key, both are read, as
//   for assets. `CONTAINS` stands for the type.
//   One record: a list of [element, key, properties, source's tenant, id, labels, target's tenant, id, labels].
// mode: READ
// parameters: after STRING, seen LIST<STRING>, limit INTEGER
// columns: rows
// plan: DirectedRelationshipUniqueIndexSeekByRange, !Sort
MATCH (a)-[r:`CONTAINS`]->(b)
WHERE r._key >= $after AND NOT elementId(r) IN $seen
WITH a, r, b ORDER BY r._key LIMIT $limit
RETURN collect([elementId(r), r._key, properties(r), a._tenant, a._id, labels(a), b._tenant, b._id, labels(b)])
