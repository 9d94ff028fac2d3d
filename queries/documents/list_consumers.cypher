// purpose: All consumers by name, with their documents. One record a consumer.
// mode: READ
// parameters: -
// columns: name, owner, contact, registered, documents
// plan: NodeByLabelScan
MATCH (c:_Consumer)
RETURN c.name AS name, c.owner, c.contact, c.registered, COLLECT {
  MATCH (d:_Document) WHERE c.name IN d.consumers RETURN [d.id, d.text] ORDER BY d.id
} AS documents
ORDER BY name
