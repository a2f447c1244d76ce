// interactions_of: the latest contacts that a person took part in, newest first
// parameters: person (text), until (integer day), limit (integer)
MATCH (:Person {id: $person})-[:TOOK_PART]->(n:Interaction) WHERE n.date <= $until
WITH DISTINCT n ORDER BY n.date DESC, n.id LIMIT $limit
RETURN n.id AS id, n.version AS version, n.revision AS revision, n.batch AS batch, null AS ended{fields}
ORDER BY date DESC, id
