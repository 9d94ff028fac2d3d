// purpose: Delete the access token with this public id; says how many there were.
// mode: WRITE
// parameters: id STRING
// columns: deleted
// plan: NodeUniqueIndexSeek
MATCH (t:_Token {id: $id})
DELETE t
RETURN count(t) AS deleted
