-- read_meta: the one Meta row
-- columns: id (text), epoch (integer), revision (integer), recorded_at (integer microseconds), fingerprint (text), layout (integer)
SELECT id, epoch, revision, recorded_at, fingerprint, layout FROM meta WHERE one = 1;
