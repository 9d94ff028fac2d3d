// purpose: How many nodes have a label, from the count store. `Asset` stands for the label.
// mode: READ
// parameters: -
// columns: nodes
// plan: NodeCountFromCountStore
MATCH (n:`Asset`)
RETURN count(n) AS nodes
