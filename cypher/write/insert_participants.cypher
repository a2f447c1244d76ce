// insert_participants: the participants of new records
// parameters: rows (list of record, ordinal, id, role)
// columns: n (integer)
UNWIND $rows AS row
MATCH (n:{label} {id: row[0]})
MATCH (m:{target} {id: row[2]})
CREATE ({from})-[:{edge} {ordinal: row[1], role: row[3]}]->({to})
RETURN count(*) AS n
