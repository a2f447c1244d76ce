// record_erasure: keep an id in the erasure ledger
// parameters: rows (list of kind, id, revision)
UNWIND $rows AS row
MERGE (e:Erasure {kind: row[0], id: row[1]})
ON CREATE SET e.revision = row[2]
