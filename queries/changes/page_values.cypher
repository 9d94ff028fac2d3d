// purpose: A page of a tenant's assets of one label by rising id, with their values for two properties. `Asset` stands for
//   the label, `name` and `code` for the properties. A row for each set of labels, with a list of [id, first value, second
//   value, those of the `needed` properties that it has no value for].
// mode: READ
// parameters: tenant STRING, after STRING, limit INTEGER, needed LIST<STRING>
// columns: labels, rows
// plan: !NodeByLabelScan, !AllNodesScan, !Sort
MATCH (a:`Asset`)
WHERE a._tenant = $tenant AND a._id > $after
WITH a ORDER BY a._tenant, a._id LIMIT $limit
RETURN labels(a) AS labels, collect([a._id, a.`name`, a.`code`, [each IN $needed WHERE a[each] IS NULL]]) AS rows
