// purpose: Take a label away from a page of a tenant's assets that have it, by rising id; how many the page has, the last
//   of them, and again how many. `Asset` stands for the label.
// mode: WRITE
// parameters: tenant STRING, after STRING, limit INTEGER
// columns: number, last, changed
// plan: !NodeByLabelScan, !AllNodesScan, !Sort
MATCH (a:`Asset`)
WHERE a._tenant = $tenant AND a._id > $after
WITH a ORDER BY a._tenant, a._id LIMIT $limit
REMOVE a:`Asset`
RETURN count(a) AS number, max(a._id) AS last, count(a) AS changed
