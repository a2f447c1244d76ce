// revisions: the log of writes after a revision
// parameters: after (integer), limit (integer)
// columns: revision (integer), recorded_at (integer microseconds), actor (text), action (text), batch (text)
MATCH (r:Revision) WHERE r.revision > $after
RETURN r.revision AS revision, r.recorded_at AS recorded_at, r.actor AS actor, r.action AS action, r.batch AS batch
ORDER BY revision LIMIT $limit
