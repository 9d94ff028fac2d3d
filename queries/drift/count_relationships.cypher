// purpose: How many relationships of one type there are, from the count store. `CONTAINS` stands for the type.
// mode: READ
// parameters: -
// columns: relationships
// plan: RelationshipCountFromCountStore
MATCH ()-[r:`CONTAINS`]->()
RETURN count(r) AS relationships
