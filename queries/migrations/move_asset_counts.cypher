// purpose: Let the counts of a type's assets be those of another, in all tenants.
// mode: WRITE
// parameters: old STRING, new STRING
// columns: -
MATCH (old:_AssetCount {type: $old})
MERGE (new:_AssetCount {_tenant: old._tenant, type: $new})
  ON CREATE SET new.count = 0
SET new.count = new.count + old.count, old.count = 0
