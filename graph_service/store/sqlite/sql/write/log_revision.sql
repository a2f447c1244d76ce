-- log_revision: one line of the log of writes
-- parameters: revision (integer), recorded_at (integer microseconds), actor (text), action (text), batch (text)
INSERT INTO revision (revision, recorded_at, actor, action, batch)
VALUES (:revision, :recorded_at, :actor, :action, :batch);
