-- history: the ended versions of one record, oldest first
-- parameters: id (text)
SELECT seq, id, version, revision, batch, ended{fields} FROM {kind}_history WHERE id = :id ORDER BY version;
