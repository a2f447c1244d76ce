-- contacts_of: whom a person was in contact with, newest first
-- parameters: person (text), anonymous (text), until (integer day), limit (integer)
-- columns: alter (text), last (integer day), contacts (integer), kinds (list of text)
SELECT a.person AS "alter", max(i.date) AS last, count(DISTINCT i.seq) AS contacts,
  json_group_array(DISTINCT i.kind) AS kinds
FROM interaction_participants AS p
JOIN interaction AS i ON i.seq = p.record
JOIN interaction_participants AS a ON a.record = p.record AND a.person NOT IN (p.person, :anonymous)
WHERE p.person = :person AND i.date <= :until
GROUP BY a.person ORDER BY last DESC, "alter" LIMIT :limit;
