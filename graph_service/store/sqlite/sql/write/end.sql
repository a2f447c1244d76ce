-- end: live rows that end without a successor
-- parameters: ids (list of text)
DELETE FROM {kind} WHERE id IN (SELECT value FROM json_each(:ids));
