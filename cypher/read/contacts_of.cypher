// contacts_of: whom a person was in contact with, newest first
// parameters: person (text), anonymous (text), until (integer day), limit (integer)
// columns: alter (text), last (integer day), contacts (integer), kinds (list of text)
MATCH (:Person {id: $person})-[:TOOK_PART]->(i:Interaction)
WHERE i.date <= $until
WITH DISTINCT i
MATCH (i)<-[:TOOK_PART]-(a:Person) WHERE NOT a.id IN [$person, $anonymous]
WITH a, max(i.date) AS last, count(DISTINCT i) AS contacts, collect(DISTINCT i.kind) AS kinds
RETURN a.id AS alter, last, contacts, kinds ORDER BY last DESC, alter LIMIT $limit
