// purpose: Note that an access token was used.
// mode: WRITE
// parameters: id STRING, now INTEGER
// columns: -
// plan: NodeUniqueIndexSeek
MATCH (t:_Token {id: $id})
SET t.lastUsed = $now
