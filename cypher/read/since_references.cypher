// since_references: what live records after a revision refer to by one field, as lists of values
// parameters: revision (integer), until (integer)
// columns: record (list of integer), id (list of text)
MATCH (n:{label}) USING INDEX n:{label}(revision)
WHERE n.revision > $revision AND n.revision <= $until
MATCH (n){left}-[:{edge}]-{right}(m:{target})
WITH n.revision AS revision, collect(n.seq) AS record, collect(m.id) AS id
RETURN record, id
