// erase_history: physically delete the ended versions of records
// parameters: ids (list of text)
UNWIND $ids AS id
MATCH (n:History:{label}History {id: id})
DETACH DELETE n
