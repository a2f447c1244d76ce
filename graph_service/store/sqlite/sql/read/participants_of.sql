-- participants_of: the participants of some records
-- parameters: records (list of integer)
-- columns: record (integer), id (text), role (text)
SELECT record, person AS id, role FROM {kind}_{field}
WHERE record IN (SELECT value FROM json_each(:records)) ORDER BY record, ordinal;
