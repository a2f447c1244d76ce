-- versions_ended: ended versions whose field is one of the values
-- parameters: values (list of text)
SELECT seq, id, version, revision, batch, ended{fields} FROM {kind}_history
WHERE "{field}" IN (SELECT value FROM json_each(:values));
