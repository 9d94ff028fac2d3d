// purpose: Different values of a text property of assets of one label that may be too long for an index: it counts bytes,
//   and a character has up to four. `Asset` stands for the label, `name` for the property.
// mode: READ
// parameters: characters INTEGER
// columns: texts
MATCH (a:`Asset`)
WHERE size(a.`name`) > $characters
RETURN collect(DISTINCT a.`name`) AS texts
