// clear_references: take back the relationships of a field of some records
// parameters: ids (list of text)
UNWIND $ids AS id
MATCH (:{label} {id: id}){left}-[r:{edge}]-{right}(:{target})
DELETE r
