// update: put the next version in the place of the live record
// parameters: rows (list of values, labels)
// columns: seq (integer)
UNWIND $rows AS row
MATCH (n:{label} {id: row.values.id})
WITH n, row, n.seq AS seq
SET n = row.values, n.seq = seq
{unlabel}
SET n:$(row.labels)
RETURN seq
