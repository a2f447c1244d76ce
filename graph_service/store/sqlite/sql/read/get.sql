-- get: one live record
-- parameters: id (text)
SELECT seq, id, version, revision, batch{fields} FROM {kind} WHERE id = :id;
