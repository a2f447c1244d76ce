-- page: live records in order of id, after an id
-- parameters: after (text), limit (integer)
SELECT seq, id, version, revision, batch{fields} FROM {kind} WHERE id > :after{conditions} ORDER BY id LIMIT :limit;
