// versions: live records by id
// parameters: values (list of text)
UNWIND $values AS value
MATCH (n:{label} {id: value})
RETURN n.id AS id, n.version AS version, n.revision AS revision, n.batch AS batch, null AS ended{fields}
