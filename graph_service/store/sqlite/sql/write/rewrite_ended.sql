-- rewrite_ended: physically overwrite an ended version
-- parameters: rows (list of revision, batch, digest, fields, id, version)
UPDATE {kind}_history SET revision = ?, batch = ?, digest = ?{assignments} WHERE id = ? AND version = ?;
