// purpose: Relationships of one type without a key, which no page holds: how many, and some of them. Looked for only where
//   the count store has more than were read. `CONTAINS` stands for the type.
//   Samples: [source's tenant, source, target].
// mode: READ
// parameters: sample INTEGER
// columns: count, samples
MATCH ()-[r:`CONTAINS`]->()
WHERE NOT r._key IS :: STRING NOT NULL
WITH count(r) AS count
RETURN count, COLLECT {
  MATCH (a)-[s:`CONTAINS`]->(b)
  WHERE NOT s._key IS :: STRING NOT NULL
  RETURN [a._tenant, a._id, b._id] LIMIT $sample
} AS samples
