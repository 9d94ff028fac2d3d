// purpose: How many entries the tenant's change records after a revision have together.
// mode: READ
// parameters: tenant STRING, after INTEGER
// columns: entries
MATCH (c:_Change)
WHERE c._tenant = $tenant AND c.revision > $after
RETURN coalesce(sum(c.entryCount), 0) AS entries
