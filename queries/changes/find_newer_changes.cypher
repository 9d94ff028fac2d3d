// purpose: For each of several questions, the newest change after a revision that touched one of some assets or wrote one
//   of some relationship keys. A question is {draft, after, assets, keys, ends}; `ends` are what the keys join.
//   One record: a list of [draft, revision]; a question without such a change is left out.
// mode: READ
// parameters: tenant STRING, asked LIST<MAP>
// columns: rows
// plan: NodeUniqueIndexSeek
UNWIND $asked AS asked
MATCH (c:_Change {_tenant: $tenant})
WHERE c.revision > asked.after
  AND (any(asset IN asked.assets WHERE asset IN c.touched)
    OR (any(end IN asked.ends WHERE end IN c.touched)
      AND any(key IN asked.keys WHERE any(entry IN c.entries WHERE entry CONTAINS key))))
WITH asked.draft AS draft, max(c.revision) AS revision
RETURN collect([draft, revision])
