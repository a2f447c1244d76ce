// trail: all versions of the live records that a load left so (the latest of them), and of those that it retracted
// parameters: batch (text), limit (integer)
// columns: id (text), version (integer), revision (integer), ended (integer)
MATCH (r:Revision {batch: $batch})
WITH collect(r.revision) AS mine
CALL (mine) {
  UNWIND mine AS at
  MATCH (n:{label} {revision: at})
  WITH n.id AS id, at ORDER BY at DESC LIMIT $limit
  RETURN id
  UNION
  UNWIND mine AS at
  MATCH (h:History:{label}History {ended: at})
  WHERE NOT EXISTS { MATCH (n:{label}) WHERE n.id = h.id }
  RETURN h.id AS id
}
CALL (id) {
  MATCH (n:{label} {id: id})
  RETURN n.version AS version, n.revision AS revision, null AS ended
  UNION ALL
  MATCH (h:History:{label}History {id: id})
  RETURN h.version AS version, h.revision AS revision, h.ended AS ended
}
RETURN id, version, revision, ended
