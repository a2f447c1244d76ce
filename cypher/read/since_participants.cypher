// since_participants: the participants of live records after a revision, as lists of values
// parameters: revision (integer), until (integer)
// columns: record (list of integer), place (list of integer), id (list of text), role (list of text)
MATCH (n:{label}) USING INDEX n:{label}(revision)
WHERE n.revision > $revision AND n.revision <= $until
MATCH (n){left}-[t:{edge}]-{right}(m:{target})
WITH n.revision AS revision, collect(n.seq) AS record, collect(t.ordinal) AS place, collect(m.id) AS id,
  collect(t.role) AS role
RETURN record, place, id, role
