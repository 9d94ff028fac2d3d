// purpose: How many relationships of each of the types the tenant has.
// mode: READ
// parameters: tenant STRING, types LIST<STRING>
// columns: type, count
// plan: NodeUniqueIndexSeek
MATCH (a:Asset)
WHERE a._tenant = $tenant AND a._id > ''
MATCH (a)-[r]->(:Asset)
WHERE type(r) IN $types
RETURN type(r), count(*)
