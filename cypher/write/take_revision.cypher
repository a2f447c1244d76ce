// take_revision: take the Meta node's lock and the next revision
// parameters: now (integer microseconds)
// columns: revision (integer), recorded_at (integer microseconds)
MATCH (m:Meta {one: 1})
SET m.revision = m.revision + 1
WITH m
SET m.recorded_at = CASE WHEN $now > coalesce(m.recorded_at, 0) THEN $now ELSE m.recorded_at END
RETURN m.revision AS revision, m.recorded_at AS recorded_at
