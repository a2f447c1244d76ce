// settle_meta: how far a store that was put back has come
// parameters: epoch (integer), revision (integer), recorded_at (integer microseconds), layout (integer)
MATCH (m:Meta {one: 1})
SET m.epoch = $epoch, m.revision = $revision, m.recorded_at = $recorded_at, m.layout = $layout
