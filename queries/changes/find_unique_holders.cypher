// purpose: Which assets hold these values of a unique property; values are told by their position. `Asset` and `name`
//   stand for the declaring type and the property; the engine puts the checked names in.
//   One record: a list of [position, asset].
// mode: READ
// parameters: tenant STRING, values LIST<ANY>
// columns: rows
// plan: !NodeByLabelScan, !AllNodesScan
UNWIND range(0, size($values) - 1) AS position
MATCH (a:`Asset` {_tenant: $tenant, `name`: $values[position]})
RETURN collect([position, a._id])
