-- erasures: the erasure ledger
-- columns: kind (text), id (text)
SELECT kind, id FROM erasure ORDER BY kind, id;
