// purpose: Where relationships of one type go from and to, tenant by tenant. `CONTAINS` stands for the type.
// mode: READ
// parameters: -
// columns: tenant, source, target
MATCH (a:Asset)-[:`CONTAINS`]->(b:Asset)
RETURN a._tenant AS tenant, a._id AS source, b._id AS target
