// hold: wait for the writers before us and keep others out, without writing anything
// columns: revision (integer)
MATCH (m:Meta {one: 1})
REMOVE m.held
RETURN m.revision AS revision
