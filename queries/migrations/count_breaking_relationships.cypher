// purpose: How many relationships of one type, in all tenants, break a rule for one property, are there at all (none), or
//   go from or to what they may not (ends). `CONTAINS` stands for the type, `name` for the property.
// mode: READ
// parameters: rule STRING, minimum ANY, maximum ANY, exclusive BOOLEAN, values LIST<ANY>, sources LIST<STRING>,
//   targets LIST<STRING>, symmetric BOOLEAN
// columns: number
MATCH (a)-[r:`CONTAINS`]->(b)
WHERE CASE $rule
    WHEN 'none' THEN true
    WHEN 'ends' THEN NOT (
      (any(label IN labels(a) WHERE label IN $sources) AND any(label IN labels(b) WHERE label IN $targets))
      OR ($symmetric AND any(label IN labels(b) WHERE label IN $sources)
        AND any(label IN labels(a) WHERE label IN $targets)))
    WHEN 'missing' THEN r.`name` IS NULL
    WHEN 'present' THEN r.`name` IS NOT NULL
    WHEN 'outside' THEN r.`name` < $minimum OR r.`name` > $maximum OR ($exclusive AND r.`name` = $minimum)
    WHEN 'unlisted' THEN NOT r.`name` IN $values
    ELSE r.`name` IN $values
  END
RETURN count(r) AS number
