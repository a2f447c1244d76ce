-- update: put the next version in the place of the live row
UPDATE {kind} SET version = ?, revision = ?, batch = ?, digest = ?{assignments} WHERE id = ? RETURNING seq;
