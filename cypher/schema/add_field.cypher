// add_field: the default of a field that was declared after records were made
// parameters: value (any)
MATCH (n:{label}) WHERE n.{field} IS NULL
CALL (n) { SET n.{field} = $value } IN TRANSACTIONS OF 10000 ROWS
