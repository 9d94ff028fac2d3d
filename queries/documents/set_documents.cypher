// purpose: Documents of a consumer, beside those it has. A document is [id, text]; says how many are new to it.
// mode: WRITE
// parameters: consumer STRING, documents LIST<LIST<STRING>>, now INTEGER
// columns: added
// plan: NodeUniqueIndexSeek
UNWIND $documents AS given
MERGE (d:_Document {id: given[0]})
ON CREATE SET d.text = given[1], d.consumers = [], d.registered = $now
WITH d WHERE NOT $consumer IN d.consumers
SET d.consumers = d.consumers + $consumer
RETURN count(d) AS added
