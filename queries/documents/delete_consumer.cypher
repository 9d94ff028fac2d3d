// purpose: Forget a consumer; says how many there were.
// mode: WRITE
// parameters: name STRING
// columns: removed
// plan: NodeUniqueIndexSeek
MATCH (c:_Consumer {name: $name})
DELETE c
RETURN count(*) AS removed
