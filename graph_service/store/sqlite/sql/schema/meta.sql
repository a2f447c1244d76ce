-- meta: the store's own tables: who it is, its log of writes, what was erased, which kinds have tables
CREATE TABLE meta (
  one INTEGER PRIMARY KEY CHECK (one = 1),
  id TEXT NOT NULL, epoch INTEGER NOT NULL, revision INTEGER NOT NULL, recorded_at INTEGER,
  fingerprint TEXT NOT NULL, layout INTEGER NOT NULL
) STRICT;
CREATE TABLE revision (
  revision INTEGER PRIMARY KEY, recorded_at INTEGER NOT NULL, actor TEXT NOT NULL, action TEXT NOT NULL, batch TEXT
) STRICT;
CREATE TABLE erasure (kind TEXT NOT NULL, id TEXT NOT NULL, revision INTEGER NOT NULL, PRIMARY KEY (kind, id))
  STRICT, WITHOUT ROWID;
CREATE TABLE declared (kind TEXT PRIMARY KEY, fields TEXT NOT NULL) STRICT, WITHOUT ROWID;
