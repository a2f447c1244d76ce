// insert: new live records that have the same further labels
// parameters: rows (list of values)
UNWIND $rows AS row
CREATE (n:Record:{label}{labels})
SET n = row
