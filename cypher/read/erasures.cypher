// erasures: the erasure ledger
// columns: kind (text), id (text)
MATCH (e:Erasure) RETURN e.kind AS kind, e.id AS id ORDER BY kind, id
