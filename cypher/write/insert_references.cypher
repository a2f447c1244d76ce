// insert_references: the relationships that a field of new records becomes
// parameters: rows (list of record, id)
// columns: n (integer)
UNWIND $rows AS row
MATCH (n:{label} {id: row[0]})
MATCH (m:{target} {id: row[1]})
CREATE ({from})-[:{edge}]->({to})
RETURN count(*) AS n
