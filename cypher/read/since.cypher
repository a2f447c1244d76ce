// since: live records after a revision, as comma-separated lines, those of one write a piece
// parameters: revision (integer), until (integer)
// columns: lines (list of text)
MATCH (n:{label}) USING INDEX n:{label}(revision)
WHERE n.revision > $revision AND n.revision <= $until
WITH n.revision AS revision, collect({row}) AS lines
RETURN lines
