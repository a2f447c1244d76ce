// clear_direct: take back what insert_direct made for some records
// parameters: ids (list of text)
UNWIND $ids AS id
MATCH (:{label} {id: id}){left}-[:{edge}]-{right}(:{from})-[r:{types} {record: id}]->(:{to})
DELETE r
