// end: live records that end without a successor
// parameters: ids (list of text)
UNWIND $ids AS id
MATCH (n:{label} {id: id})
DETACH DELETE n
