-- insert_participants: the participants of new rows
INSERT INTO {kind}_{field} (record, ordinal, person, role) VALUES (?, ?, ?, ?);
