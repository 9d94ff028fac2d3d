// purpose: Give one property of a tenant's assets of one label other values: to each asset from behind `after` up to `last`
//   that `values` names by id, the only item of its list, or none where that is empty. `Asset` stands for the label,
//   `name` for the property. Ids from one to another are found in half the time that it takes to look each up.
// mode: WRITE
// parameters: tenant STRING, after STRING, last STRING, values MAP, revision INTEGER
// columns: -
// plan: !NodeByLabelScan, !AllNodesScan
MATCH (a:`Asset`)
WHERE a._tenant = $tenant AND a._id > $after AND a._id <= $last
WITH a, $values[a._id] AS value
WHERE value IS NOT NULL
SET a.`name` = value[0], a._rev = $revision
