-- put_back_line: lines of the log of writes, as they were
-- parameters: rows (list of revision, recorded_at, actor, action, batch)
INSERT INTO revision (revision, recorded_at, actor, action, batch) VALUES (?, ?, ?, ?, ?);
