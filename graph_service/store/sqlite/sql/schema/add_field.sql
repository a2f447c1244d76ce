-- add_field: a field that was declared after the table was made
ALTER TABLE {table} ADD COLUMN {column};
