// live_now: the live rows of each id, where nothing of the kind ever ended
// parameters: ids (list of text)
// columns: id (text), version (integer), digest (integer)
UNWIND $ids AS id
MATCH (n:{label} {id: id})
RETURN id, n.version AS version, n.digest AS digest
