// insert_direct: the relationship that says in one step what a record says in two
// parameters: rows (list of from, to, type, values)
// columns: n (integer)
UNWIND $rows AS row
MATCH (a:{from} {id: row.from})
MATCH (b:{to} {id: row.to})
CREATE (a)-[r:$(row.type)]->(b)
SET r = row.values
RETURN count(*) AS n
