-- settle_meta: how far a store that was put back has come
-- parameters: epoch (integer), revision (integer), recorded_at (integer microseconds), layout (integer)
UPDATE meta SET epoch = :epoch, revision = :revision, recorded_at = :recorded_at, layout = :layout WHERE one = 1;
