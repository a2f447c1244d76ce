-- integrity: what SQLite's own check of the file finds; "ok" when nothing
-- columns: finding (text)
PRAGMA integrity_check(100);
