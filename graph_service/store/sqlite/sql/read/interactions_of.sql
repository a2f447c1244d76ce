-- interactions_of: the latest contacts that a person took part in, newest first
-- parameters: person (text), until (integer day), limit (integer)
SELECT DISTINCT r.seq, r.id, r.version, r.revision, r.batch{fields}
FROM interaction_participants AS p JOIN interaction AS r ON r.seq = p.record
WHERE p.person = :person AND r.date <= :until ORDER BY r.date DESC, r.id LIMIT :limit;
