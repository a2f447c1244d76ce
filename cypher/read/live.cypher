// live: the last version of each id, and the digest of the live row (null: it ended)
// parameters: ids (list of text)
// columns: id (text), version (integer), digest (integer)
UNWIND $ids AS id
MATCH (h:History:{label}History {id: id})
RETURN id, max(h.version) AS version, null AS digest
UNION ALL
UNWIND $ids AS id
MATCH (n:{label} {id: id})
RETURN id, n.version AS version, n.digest AS digest
