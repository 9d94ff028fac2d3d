// purpose: Which of these assets contain themselves, however far down. `CONTAINS` stands for the containment types.
//   One record: a list of ids.
// mode: READ
// parameters: tenant STRING, ids LIST<STRING>
// columns: rows
// plan: NodeUniqueIndexSeek, VarLengthExpand(Pruning
UNWIND $ids AS id
MATCH (a:Asset {_tenant: $tenant, _id: id})
WHERE EXISTS { (a)-[:`CONTAINS`]->() } AND EXISTS { (a)<-[:`CONTAINS`]-() }
CALL (a) {
  MATCH (a)<-[:`CONTAINS`]-(parent)
  WITH DISTINCT parent
  MATCH (parent)<-[:`CONTAINS`*0..]-(above)
  RETURN DISTINCT above
}
WITH id, a, above WHERE above = a
RETURN collect(DISTINCT id)
