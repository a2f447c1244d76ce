// versions_with: live records that refer to one of the values by a field
// parameters: values (list of text)
UNWIND $values AS value
MATCH (n:{label}){left}-[:{edge}]-{right}(:{target} {id: value})
WITH DISTINCT n
RETURN n.id AS id, n.version AS version, n.revision AS revision, n.batch AS batch, null AS ended{fields}
