// kind: the constraint and index of one kind of record
CREATE CONSTRAINT {kind}_id IF NOT EXISTS FOR (n:{label}) REQUIRE n.id IS UNIQUE;
CREATE INDEX {kind}_revision IF NOT EXISTS FOR (n:{label}) ON (n.revision);
