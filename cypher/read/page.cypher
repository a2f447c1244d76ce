// page: live records in order of id, after an id
// parameters: after (text), limit (integer)
MATCH (n:{label}){matches} WHERE n.id > $after{conditions}
WITH n ORDER BY n.id LIMIT $limit
RETURN n.id AS id, n.version AS version, n.revision AS revision, n.batch AS batch, null AS ended{fields}
ORDER BY id
