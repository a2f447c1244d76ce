// publish_ties: derived ties of the published graph
// parameters: rows (list of from, to, values)
// columns: n (integer)
UNWIND $rows AS row
MATCH (a:PublishedPerson {id: row.from})
MATCH (b:PublishedPerson {id: row.to})
CREATE (a)-[t:KNOWS]->(b)
SET t = row.values
RETURN count(*) AS n
