-- anonymise_history: the same in the versions that ended
-- parameters: id (text), anonymous (text)
UPDATE {kind}_history SET "{field}" = replace("{field}", '"' || :id || '"', '"' || :anonymous || '"')
WHERE instr("{field}", '"' || :id || '"') > 0;
