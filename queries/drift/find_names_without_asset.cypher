// purpose: Ids of other systems that stand for no asset, or for several: how many, and some of them.
//   Samples: [tenant, system, id].
// mode: READ
// parameters: sample INTEGER
// columns: count, samples
// plan: !AllNodesScan
MATCH (e:_ExternalId)
WHERE COUNT { (e)-[:_IDENTIFIES]->(:Asset) } <> 1
WITH count(e) AS count
RETURN count, COLLECT {
  MATCH (f:_ExternalId)
  WHERE COUNT { (f)-[:_IDENTIFIES]->(:Asset) } <> 1
  RETURN [f._tenant, f.system, f.id] LIMIT $sample
} AS samples
