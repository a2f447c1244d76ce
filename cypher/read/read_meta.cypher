// read_meta: the one Meta node
// columns: id (text), epoch (integer), revision (integer), recorded_at (integer microseconds), fingerprint (text), layout (integer)
MATCH (m:Meta {one: 1, made_by: 'graph-service'})
RETURN m.id AS id, m.epoch AS epoch, m.revision AS revision, m.recorded_at AS recorded_at,
  m.fingerprint AS fingerprint, m.layout AS layout
