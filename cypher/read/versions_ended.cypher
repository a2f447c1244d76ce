// versions_ended: ended versions whose field is one of the values
// parameters: values (list of text)
MATCH (n:History:{label}History) WHERE n.{field} IN $values
RETURN n.id AS id, n.version AS version, n.revision AS revision, n.batch AS batch, n.ended AS ended{fields}
