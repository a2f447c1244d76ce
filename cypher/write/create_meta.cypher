// create_meta: write the one Meta node of a new store
// parameters: id (text), epoch (integer), revision (integer), fingerprint (text), layout (integer)
MERGE (m:Meta {one: 1})
ON CREATE SET m.made_by = 'graph-service', m.id = $id, m.epoch = $epoch, m.revision = $revision,
  m.fingerprint = $fingerprint, m.layout = $layout
