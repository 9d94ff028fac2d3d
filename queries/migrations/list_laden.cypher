// purpose: How many assets of one label say more than their name (values, relationships of other types, ids in other systems
//   but one, a state), or have no relationship of this type; and the first few. `Asset` stands for the label, `CONTAINS` for
//   the type.
// mode: READ
// parameters: type STRING, system STRING, most INTEGER
// columns: number, samples
MATCH (a:`Asset`)
WHERE any(key IN keys(a) WHERE NOT key IN ['_tenant', '_id', '_rev', 'name'])
  OR NOT EXISTS { (a)-[:`CONTAINS`]-(:Asset) }
  OR EXISTS { MATCH (a)-[r]-(:Asset) WHERE type(r) <> $type }
  OR EXISTS { MATCH (a)<-[:_IDENTIFIES]-(e:_ExternalId) WHERE e.system <> $system }
  OR EXISTS { MATCH (s:_State {_tenant: a._tenant, _id: a._id}) }
RETURN count(a) AS number, collect([a._tenant, a._id])[..$most] AS samples
