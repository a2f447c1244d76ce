// log_revision: one line of the log of writes
// parameters: revision (integer), recorded_at (integer microseconds), actor (text), action (text), batch (text), token (text)
CREATE (:Revision {revision: $revision, recorded_at: $recorded_at, actor: $actor, action: $action, batch: $batch,
  token: $token})
