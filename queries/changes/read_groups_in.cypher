// purpose: What the supplies that come into these assets say of their groups, once for each different saying, with one
//   relationship that says it. Those of `known` are left out. `CONTAINS` stands for the supply types whose target depends.
//   One record: a list of [id, type, group, needs, combine, loss, source, target, key].
//   The hint: of a type that is still rare the planner would rather scan the index of its keys.
// mode: READ
// parameters: tenant STRING, ids LIST<STRING>, flows LIST<STRING>, known LIST<STRING>
// columns: rows
// plan: NodeUniqueIndexSeek
UNWIND $ids AS id
MATCH (a:Asset {_tenant: $tenant, _id: id})<-[r:`CONTAINS`]-(:Asset)
USING INDEX SEEK a:Asset(_tenant, _id)
WHERE (r.group IS NOT NULL OR type(r) IN $flows) AND NOT r._key IN $known
WITH id, type(r) AS type, r.group AS group, r.needs AS needs, r.combine AS combine, r.loss AS loss, head(collect(r)) AS r
RETURN collect([id, type, group, needs, combine, loss, startNode(r)._id, endNode(r)._id, coalesce(r.key, '')])
