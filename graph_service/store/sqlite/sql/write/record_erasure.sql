-- record_erasure: keep an id in the erasure ledger
-- parameters: rows (list of kind, id, revision)
INSERT INTO erasure (kind, id, revision) VALUES (?, ?, ?) ON CONFLICT (kind, id) DO NOTHING;
