// versions_ended_with: ended versions that have one of the values among a field's participants
// parameters: values (list of text)
MATCH (n:{label}History) WHERE any(value IN n.{field} WHERE value IN $values)
RETURN n.id AS id, n.version AS version, n.revision AS revision, n.batch AS batch, n.ended AS ended{fields}
