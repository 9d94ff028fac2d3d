// purpose: Which states changed, or were deleted, by revisions after one; the oldest are not kept for ever.
// mode: READ
// parameters: tenant STRING, after INTEGER
// columns: revision, assets
// plan: NodeUniqueIndexSeek
MATCH (c:_StateChange)
WHERE c._tenant = $tenant AND c.revision > $after
RETURN c.revision AS revision, c.assets AS assets
