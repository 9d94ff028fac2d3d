// purpose: Every containment of what is below each of these assets, however far down, those from outside too; of at
//   most `limit` assets below each. `CONTAINS` stands for the containment types.
//   One record: a list of [root, type, source, target, key].
// mode: READ
// parameters: tenant STRING, ids LIST<STRING>, limit INTEGER
// columns: rows
// plan: NodeUniqueIndexSeek, VarLengthExpand(Pruning
UNWIND $ids AS id
MATCH (a:Asset {_tenant: $tenant, _id: id})
CALL (a) {
  MATCH (a)-[:`CONTAINS`*1..]->(below:Asset)
  RETURN DISTINCT below LIMIT $limit
}
MATCH (below)<-[r:`CONTAINS`]-(p:Asset)
RETURN collect([id, type(r), p._id, below._id, coalesce(r.key, '')])
