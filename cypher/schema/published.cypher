// published: the constraint of the published graph, which is nobody's evidence
CREATE CONSTRAINT published_id IF NOT EXISTS FOR (p:PublishedPerson) REQUIRE p.id IS UNIQUE;
