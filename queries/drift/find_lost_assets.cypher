// purpose: Assets without a tenant or an id, which no other statement finds: how many, and some of them. Looked for only
//   where the count store has more assets than were read.
//   Samples: [element, tenant, id, labels].
// mode: READ
// parameters: sample INTEGER
// columns: count, samples
MATCH (a:Asset)
WHERE NOT (a._tenant IS :: STRING NOT NULL AND a._id IS :: STRING NOT NULL)
WITH count(a) AS count
RETURN count, COLLECT {
  MATCH (b:Asset)
  WHERE NOT (b._tenant IS :: STRING NOT NULL AND b._id IS :: STRING NOT NULL)
  RETURN [elementId(b), toStringOrNull(b._tenant), toStringOrNull(b._id), labels(b)] LIMIT $sample
} AS samples
