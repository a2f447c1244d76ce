// keep_history: copy live records among the versions that ended
// parameters: ids (list of text), ended (integer)
UNWIND $ids AS id
MATCH (n:{label} {id: id})
CREATE (h:History:{label}History)
SET h = properties(n)
SET h.ended = $ended{references}
