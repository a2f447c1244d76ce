-- insert: new live rows
INSERT INTO {kind} (seq, id, version, revision, batch, digest{fields}) VALUES (?, ?, ?, ?, ?, ?{marks});
