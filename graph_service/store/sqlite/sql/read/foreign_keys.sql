-- foreign_keys: references to nothing, as table and row
-- columns: table (text), row (integer), target (text), number (integer)
PRAGMA foreign_key_check;
