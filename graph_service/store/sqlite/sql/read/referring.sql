-- referring: records, live or ended, that refer to an erased record
-- parameters: ids (list of text)
-- columns: id (text)
SELECT id FROM {kind} WHERE "{field}" IN (SELECT value FROM json_each(:ids))
UNION SELECT id FROM {kind}_history WHERE "{field}" IN (SELECT value FROM json_each(:ids));
