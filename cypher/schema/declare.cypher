// declare: remember for which declaration a kind was made
// parameters: kind (text), fields (text)
MERGE (d:Declared {kind: $kind}) SET d.fields = $fields
