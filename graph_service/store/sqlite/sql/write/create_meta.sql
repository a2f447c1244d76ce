-- create_meta: write the one Meta row of a new store
-- parameters: id (text), epoch (integer), revision (integer), fingerprint (text), layout (integer)
INSERT INTO meta (one, id, epoch, revision, recorded_at, fingerprint, layout)
VALUES (1, :id, :epoch, :revision, NULL, :fingerprint, :layout) ON CONFLICT (one) DO NOTHING;
