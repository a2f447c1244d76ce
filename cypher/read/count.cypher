// count: how many live records have these values
// columns: n (integer)
MATCH (n:{label}){matches} WHERE true{conditions}
RETURN count(n) AS n
