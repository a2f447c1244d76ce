// publish_people: people of the published graph, that have the same labels
// parameters: rows (list of values)
UNWIND $rows AS row
CREATE (p:PublishedPerson{labels})
SET p = row
