-- reference: an index on a reference, for finding what refers to a record
CREATE INDEX {kind}_{field} ON {kind} ("{field}") WHERE "{field}" IS NOT NULL;
