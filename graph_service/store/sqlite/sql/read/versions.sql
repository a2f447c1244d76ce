-- versions: live rows whose field is one of the values
-- parameters: values (list of text)
SELECT seq, id, version, revision, batch{fields} FROM {kind} WHERE "{field}" IN (SELECT value FROM json_each(:values));
