// referred: how many of the records others still refer to
// parameters: ids (list of text)
// columns: n (integer)
UNWIND $ids AS id
MATCH (n:{label} {id: id})
WHERE EXISTS { (n)-[:{out}]->(:Record) } OR EXISTS { (n)<-[:{in}]-(:Record) }
RETURN count(n) AS n
