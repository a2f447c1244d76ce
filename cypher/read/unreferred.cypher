// unreferred: how many live records lack a reference that they must have
// columns: n (integer)
MATCH (n:{label}) WHERE NOT EXISTS { (n){left}-[:{edge}]-{right}(:{target}) }
RETURN count(n) AS n
