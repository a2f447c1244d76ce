// unpublish_people: take people who are erased out of the published graph
// parameters: ids (list of text)
UNWIND $ids AS id
MATCH (p:PublishedPerson {id: id})
DETACH DELETE p
