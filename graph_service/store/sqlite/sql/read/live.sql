-- live: the last version of each id, and the digest of the live row (null: it ended)
-- parameters: ids (list of text)
-- columns: id (text), version (integer), digest (integer)
SELECT id, max(version) AS version, NULL AS digest FROM {kind}_history
WHERE id IN (SELECT value FROM json_each(:ids)) GROUP BY id
UNION ALL
SELECT id, version, digest FROM {kind} WHERE id IN (SELECT value FROM json_each(:ids));
