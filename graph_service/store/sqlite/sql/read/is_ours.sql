-- is_ours: the tables in the file: none, ours, or somebody else's
-- columns: name (text)
SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%';
