// purpose: The tenant's newest revision, and its change records after a revision, at most `most` of them, the oldest first:
//   revision, number of entries, entries. Before a tenant's first write there is no row.
// mode: READ
// parameters: tenant STRING, after INTEGER, most INTEGER
// columns: revision, changes
// plan: NodeUniqueIndexSeek, !NodeByLabelScan, !AllNodesScan
MATCH (t:_Tenant {_tenant: $tenant})
RETURN t.revision AS revision, COLLECT {
  MATCH (c:_Change)
  WHERE c._tenant = $tenant AND c.revision > $after
  WITH c ORDER BY c._tenant, c.revision LIMIT $most
  RETURN [c.revision, c.entryCount, c.entries]
} AS changes
