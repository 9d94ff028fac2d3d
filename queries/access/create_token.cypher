// purpose: A new access token; its text is never kept, only its hash. `owner` is the tenant it speaks for.
// mode: WRITE
// parameters: hash STRING, id STRING, name STRING, owner STRING, scopes LIST<STRING>, created INTEGER, expires INTEGER
// columns: -
CREATE (:_Token {
  hash: $hash, id: $id, name: $name, tenant: $owner, scopes: $scopes, created: $created, expires: $expires
})
