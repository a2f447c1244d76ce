-- kind: the tables of one kind of record: the live rows, and the versions that ended
CREATE TABLE {kind} (
  seq INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, version INTEGER NOT NULL, revision INTEGER NOT NULL,
  batch TEXT, digest INTEGER NOT NULL{fields}
) STRICT;
CREATE INDEX {kind}_revision ON {kind} (revision);
CREATE TABLE {kind}_history (
  seq INTEGER PRIMARY KEY, id TEXT NOT NULL, version INTEGER NOT NULL, revision INTEGER NOT NULL,
  ended INTEGER NOT NULL, batch TEXT, digest INTEGER NOT NULL{history_fields}
) STRICT;
CREATE UNIQUE INDEX {kind}_history_id ON {kind}_history (id, version);
CREATE INDEX {kind}_history_ended ON {kind}_history (ended);
