-- versions_with: live rows that have one of the values among a field's participants
-- parameters: values (list of text)
SELECT seq, id, version, revision, batch{fields} FROM {kind} WHERE seq IN (
  SELECT record FROM {kind}_{field} WHERE person IN (SELECT value FROM json_each(:values)));
