-- record_erasure: keep an id in the erasure ledger
-- parameters: kind (text), id (text), revision (integer)
INSERT INTO erasure (kind, id, revision) VALUES (?, ?, ?) ON CONFLICT (kind, id) DO NOTHING;
