-- participants: the table of a field that holds several references, each with a role
CREATE TABLE {kind}_{field} (
  record INTEGER NOT NULL REFERENCES {kind} (seq) ON DELETE CASCADE,
  ordinal INTEGER NOT NULL,
  person TEXT NOT NULL REFERENCES {target} (id) DEFERRABLE INITIALLY DEFERRED,
  role TEXT NOT NULL,
  PRIMARY KEY (record, ordinal)
) STRICT, WITHOUT ROWID;
CREATE INDEX {kind}_{field}_person ON {kind}_{field} (person, record);
