// insert: new live records
// parameters: rows (list of values, labels)
UNWIND $rows AS row
CREATE (n:Record:{label})
SET n = row.values, n:$(row.labels)
