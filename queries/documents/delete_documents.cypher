// purpose: Take documents from a consumer, all of them where no ids are given; what no consumer has left is deleted.
//   Says how many there were.
// mode: WRITE
// parameters: consumer STRING, ids LIST<STRING>
// columns: removed
// plan: NodeByLabelScan
MATCH (d:_Document)
WHERE $consumer IN d.consumers AND (size($ids) = 0 OR d.id IN $ids)
SET d.consumers = [name IN d.consumers WHERE name <> $consumer]
WITH collect(d) AS taken
FOREACH (d IN [each IN taken WHERE size(each.consumers) = 0] | DELETE d)
RETURN size(taken) AS removed
