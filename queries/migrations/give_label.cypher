// purpose: Give another label to a page of a tenant's assets of one label, by rising id; how many the page has, the last of
//   them, and how many lacked it. `Asset` stands for the label, `name` for the other.
// mode: WRITE
// parameters: tenant STRING, after STRING, limit INTEGER
// columns: number, last, changed
// plan: !NodeByLabelScan, !AllNodesScan, !Sort
MATCH (a:`Asset`)
WHERE a._tenant = $tenant AND a._id > $after
WITH a, NOT a:`name` AS lacks ORDER BY a._tenant, a._id LIMIT $limit
SET a:`name`
RETURN count(a) AS number, max(a._id) AS last, sum(CASE WHEN lacks THEN 1 ELSE 0 END) AS changed
