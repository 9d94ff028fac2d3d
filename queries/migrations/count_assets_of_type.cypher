// purpose: How many assets of one label, in all tenants, have none of other labels, and one of some values (any, where
//   there are none) for a property. `Asset` stands for the label, `name` for the property.
// mode: READ
// parameters: below LIST<STRING>, values LIST<STRING>
// columns: number
MATCH (a:`Asset`)
WHERE none(label IN $below WHERE label IN labels(a)) AND (size($values) = 0 OR a.`name` IN $values)
RETURN count(a) AS number
