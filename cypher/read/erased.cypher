// erased: which of the ids are in the erasure ledger
// parameters: ids (list of text)
// columns: id (text)
UNWIND $ids AS id
// The index is on (id, kind): without a word on the kind every erasure would be looked at for every id.
MATCH (e:Erasure {id: id}) WHERE e.kind IS NOT NULL
RETURN DISTINCT id
