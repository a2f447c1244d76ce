// get: one live record
// parameters: id (text)
MATCH (n:{label} {id: $id})
RETURN n.id AS id, n.version AS version, n.revision AS revision, n.batch AS batch, null AS ended{fields}
