// since: live records after a revision, as lists of values, those of one write a piece
// parameters: revision (integer), until (integer)
MATCH (m:{label}) USING INDEX m:{label}(revision)
WHERE m.revision > $revision AND m.revision <= $until
// All properties in one go: looked up one by one, each costs a walk along the node's chain of properties.
WITH m.revision AS revision, properties(m) AS n
RETURN revision, collect(n.seq) AS seq, collect(n.id) AS id, collect(n.version) AS version{columns}
