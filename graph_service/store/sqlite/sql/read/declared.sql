-- declared: the kinds that have tables, and their fields then
-- columns: kind (text), fields (text)
SELECT kind, fields FROM declared;
