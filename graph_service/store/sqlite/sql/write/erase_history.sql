-- erase_history: physically delete the ended versions of records
-- parameters: ids (list of text)
DELETE FROM {kind}_history WHERE id IN (SELECT value FROM json_each(:ids));
