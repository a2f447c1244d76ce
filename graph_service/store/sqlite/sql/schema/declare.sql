-- declare: remember for which declaration a kind's tables were made
-- parameters: kind (text), fields (text)
INSERT INTO declared (kind, fields) VALUES (:kind, :fields) ON CONFLICT (kind) DO UPDATE SET fields = excluded.fields;
