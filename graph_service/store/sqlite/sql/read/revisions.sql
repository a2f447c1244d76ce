-- revisions: the log of writes after a revision
-- parameters: after (integer), limit (integer)
-- columns: revision (integer), recorded_at (integer microseconds), actor (text), action (text), batch (text)
SELECT revision, recorded_at, actor, action, batch FROM revision WHERE revision > :after ORDER BY revision LIMIT :limit;
