// put_back_line: lines of the log of writes, as they were
// parameters: rows (list of revision, recorded_at, actor, action, batch)
UNWIND $rows AS row
CREATE (:Revision {revision: row[0], recorded_at: row[1], actor: row[2], action: row[3], batch: row[4]})
