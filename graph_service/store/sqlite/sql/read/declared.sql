-- declared: the fields of a kind when its tables were made; no row where it has none
-- parameters: kind (text)
-- columns: fields (text)
SELECT fields FROM declared WHERE kind = :kind;
