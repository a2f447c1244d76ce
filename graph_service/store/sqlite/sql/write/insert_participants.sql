-- insert_participants: the participants of new rows
-- parameters: rows (list of record, ordinal, id, role)
INSERT INTO {kind}_{field} (record, ordinal, person, role) VALUES (?, ?, ?, ?);
