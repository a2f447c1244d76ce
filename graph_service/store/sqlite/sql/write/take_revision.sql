-- take_revision: take the Meta row's lock and the next revision
-- parameters: now (integer microseconds)
-- columns: revision (integer), recorded_at (integer microseconds)
UPDATE meta SET revision = revision + 1, recorded_at = max(:now, coalesce(recorded_at, 0)) WHERE one = 1
RETURNING revision, recorded_at;
