-- clear_participants: the participants of a row that gets its next version
-- parameters: rows (list of record)
DELETE FROM {kind}_{field} WHERE record = ?;
