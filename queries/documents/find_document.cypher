// purpose: The text of the document with this id.
// mode: READ
// parameters: id STRING
// columns: text
// plan: NodeUniqueIndexSeek
MATCH (d:_Document {id: $id})
RETURN d.text
