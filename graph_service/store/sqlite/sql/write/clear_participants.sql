-- clear_participants: the participants of a row that gets its next version
-- parameters: record (integer)
DELETE FROM {kind}_{field} WHERE record = ?;
