-- anonymise: put the anonymous participant where somebody was erased
-- parameters: ids (list of text), anonymous (text)
-- columns: record (integer)
UPDATE {kind}_{field} SET person = :anonymous WHERE person IN (SELECT value FROM json_each(:ids)) RETURNING record;
