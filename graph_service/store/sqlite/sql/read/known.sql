-- known: which of the ids are live records
-- parameters: ids (list of text)
-- columns: id (text)
SELECT id FROM {kind} WHERE id IN (SELECT value FROM json_each(:ids));
