-- update: put the next version in the place of the live row
-- parameters: rows (list of version, revision, batch, digest, fields, id)
-- columns: seq (integer)
UPDATE {kind} SET version = ?, revision = ?, batch = ?, digest = ?{assignments} WHERE id = ? RETURNING seq;
