// there_are: how many nodes have a label: the server knows without looking at them
// columns: n (integer)
MATCH (n:{label})
RETURN count(n) AS n
