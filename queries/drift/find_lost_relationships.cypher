// purpose: Relationships of one type without a key, which no page holds: how many, and some of them. Looked for only where
//   the count store has more than were read. `CONTAINS` stands for the type.
//   `NOT r._key IS :: STRING NOT NULL` would say the same, but 5.26 then scans the index, which has none without a key.
//   Samples: [source's tenant, source, target].
// mode: READ
// parameters: sample INTEGER
// columns: count, samples
MATCH ()-[r:`CONTAINS`]->()
WHERE r._key IS NULL OR NOT r._key IS :: STRING
WITH count(r) AS count
RETURN count, COLLECT {
  MATCH (a)-[s:`CONTAINS`]->(b)
  WHERE s._key IS NULL OR NOT s._key IS :: STRING
  RETURN [a._tenant, a._id, b._id] LIMIT $sample
} AS samples
