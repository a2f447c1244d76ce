-- erased: which of the ids are in the erasure ledger
-- parameters: ids (list of text)
-- columns: id (text)
SELECT id FROM erasure WHERE id IN (SELECT value FROM json_each(:ids));
