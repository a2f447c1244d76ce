-- insert_ended: versions that ended, put back as they were
-- parameters: rows (list of id, version, revision, ended, batch, digest, fields)
INSERT INTO {kind}_history (id, version, revision, ended, batch, digest{fields}) VALUES (?, ?, ?, ?, ?, ?{marks});
