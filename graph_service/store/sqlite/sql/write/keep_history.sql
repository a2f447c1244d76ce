-- keep_history: copy live rows among the versions that ended
-- parameters: ids (list of text), ended (integer)
INSERT INTO {kind}_history (id, version, revision, ended, batch, digest{fields}{lists})
SELECT r.id, r.version, r.revision, :ended, r.batch, r.digest{live_fields}{list_values}
FROM {kind} AS r WHERE r.id IN (SELECT value FROM json_each(:ids));
