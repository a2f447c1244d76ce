// insert_ended: versions that ended, put back as they were
// parameters: rows (list of values)
UNWIND $rows AS row
CREATE (h:History:{label}History)
SET h = row.values
