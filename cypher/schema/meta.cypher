// meta: constraints and indexes of the store's own nodes: who it is, its log of writes, what was erased, and history
CREATE CONSTRAINT meta_one IF NOT EXISTS FOR (m:Meta) REQUIRE m.one IS UNIQUE;
CREATE CONSTRAINT revision_revision IF NOT EXISTS FOR (r:Revision) REQUIRE r.revision IS UNIQUE;
CREATE INDEX revision_batch IF NOT EXISTS FOR (r:Revision) ON (r.batch);
CREATE CONSTRAINT erasure_id IF NOT EXISTS FOR (e:Erasure) REQUIRE (e.id, e.kind) IS UNIQUE;
CREATE CONSTRAINT declared_kind IF NOT EXISTS FOR (d:Declared) REQUIRE d.kind IS UNIQUE;
CREATE INDEX history_id IF NOT EXISTS FOR (h:History) ON (h.id);
CREATE INDEX history_ended IF NOT EXISTS FOR (h:History) ON (h.ended);
