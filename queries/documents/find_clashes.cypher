// purpose: Which of some documents are known under the same id with another text. A document is [id, text].
//   One record: a list of [id, consumers].
// mode: READ
// parameters: documents LIST<LIST<STRING>>
// columns: rows
// plan: NodeUniqueIndexSeek
UNWIND $documents AS given
MATCH (d:_Document {id: given[0]})
WHERE d.text <> given[1]
RETURN collect([d.id, d.consumers]) AS rows
