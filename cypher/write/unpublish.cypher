// unpublish: take the whole published graph away
MATCH (p:PublishedPerson)
CALL (p) { DETACH DELETE p } IN TRANSACTIONS OF 10000 ROWS
