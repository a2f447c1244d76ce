// rewrite_ended: physically overwrite an ended version
// parameters: rows (list of values)
UNWIND $rows AS row
MATCH (n:History:{label}History {id: row.values.id}) WHERE n.version = row.values.version
SET n += row.values
