-- versions_ended_with: ended versions that have one of the values among a field's participants
-- parameters: values (list of text)
SELECT seq, id, version, revision, batch, ended{fields} FROM {kind}_history AS h WHERE EXISTS (
  SELECT 1 FROM json_each(h."{field}") AS m WHERE m.value ->> 0 IN (SELECT value FROM json_each(:values)));
