// purpose: How many assets of one label, in all tenants, break a rule for one property, or have the label at all (none).
//   `Asset` stands for the label, `name` for the property. None that has a label of `below` too counts.
// mode: READ
// parameters: rule STRING, below LIST<STRING>, minimum ANY, maximum ANY, exclusive BOOLEAN, values LIST<ANY>
// columns: number
MATCH (a:`Asset`)
WHERE none(label IN $below WHERE label IN labels(a))
  AND CASE $rule
    WHEN 'none' THEN true
    WHEN 'missing' THEN a.`name` IS NULL
    WHEN 'present' THEN a.`name` IS NOT NULL
    WHEN 'outside' THEN a.`name` < $minimum OR a.`name` > $maximum OR ($exclusive AND a.`name` = $minimum)
    WHEN 'unlisted' THEN NOT a.`name` IN $values
    ELSE a.`name` IN $values
  END
RETURN count(a) AS number
