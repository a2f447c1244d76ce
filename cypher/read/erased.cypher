// erased: which of the ids are in the erasure ledger
// parameters: ids (list of text)
// columns: id (text)
UNWIND $ids AS id
MATCH (e:Erasure {id: id})
RETURN DISTINCT id
