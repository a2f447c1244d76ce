// since: live records after a revision, as lists of values, those of one write a piece
// parameters: revision (integer), until (integer)
MATCH (n:{label}) USING INDEX n:{label}(revision)
WHERE n.revision > $revision AND n.revision <= $until
RETURN n.revision AS revision, collect(n.seq) AS seq, collect(n.id) AS id, collect(n.version) AS version{columns}
