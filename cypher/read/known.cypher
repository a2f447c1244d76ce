// known: which of the ids are live records
// parameters: ids (list of text)
// columns: id (text)
UNWIND $ids AS id
MATCH (n:{label} {id: id})
RETURN id
