-- insert: new live rows
-- parameters: rows (list of seq, id, version, revision, batch, digest, fields)
INSERT INTO {kind} (seq, id, version, revision, batch, digest{fields}) VALUES (?, ?, ?, ?, ?, ?{marks});
