// purpose: Assets without a tenant or an id, which no other statement finds: how many, and some of them. Looked for only
//   where the count store has more assets than were read.
//   Samples: [element, tenant, id, labels].
// mode: READ
// parameters: sample INTEGER
// columns: count, samples
MATCH (a:Asset)
WHERE a._tenant IS NULL OR a._id IS NULL OR NOT a._tenant IS :: STRING OR a._tenant = '' OR NOT a._id IS :: STRING
WITH count(a) AS count
RETURN count, COLLECT {
  MATCH (b:Asset)
  WHERE b._tenant IS NULL OR b._id IS NULL OR NOT b._tenant IS :: STRING OR b._tenant = '' OR NOT b._id IS :: STRING
  RETURN [elementId(b), toStringOrNull(b._tenant), toStringOrNull(b._id), labels(b)] LIMIT $sample
} AS samples
