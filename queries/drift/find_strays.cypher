// purpose: Nodes that are neither assets nor of the system, by their labels: how many, and one of them. Looked for only
//   where the count store has more nodes than these.
// mode: READ
// parameters: system LIST<STRING>, limit INTEGER
// columns: labels, count, element
MATCH (n)
WHERE NOT n:Asset AND none(label IN labels(n) WHERE label IN $system)
WITH labels(n) AS labels, count(*) AS count, min(elementId(n)) AS element
RETURN labels, count, element
ORDER BY count DESC, labels LIMIT $limit
