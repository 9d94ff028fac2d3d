// purpose: Which of these assets have relationships of one type on one side alone, and aren't called its sources themselves.
//   `CONTAINS` stands for the type.
//   One record: a list of [id, whether they go out].
// mode: READ
// parameters: tenant STRING, ids LIST<STRING>, flow STRING
// columns: rows
// plan: NodeUniqueIndexSeek
UNWIND $ids AS id
MATCH (a:Asset {_tenant: $tenant, _id: id})
WHERE NOT $flow IN coalesce(a._sourceOf, [])
WITH id, EXISTS { (a)-[:`CONTAINS`]->() } AS goes, EXISTS { (a)<-[:`CONTAINS`]-() } AS comes
WHERE goes <> comes
RETURN collect([id, goes])
