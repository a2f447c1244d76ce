// since_participants: the participants of live records after a revision, as comma-separated lines
// parameters: revision (integer), until (integer)
// columns: lines (list of text)
MATCH (n:{label}) USING INDEX n:{label}(revision)
WHERE n.revision > $revision AND n.revision <= $until
WITH n.revision AS revision,
  [(n){left}-[t:{edge}]-{right}(m:{target}) | n.seq + ',' + t.ordinal + ',' + m.id + ',' + t.role] AS members
WITH revision, collect(members) AS lines
RETURN lines
