-- batch: live records that came with one load
-- parameters: batch (text)
-- columns: id (text), version (integer)
SELECT id, version FROM {kind} WHERE batch = :batch ORDER BY id;
