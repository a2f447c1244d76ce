// declared: the kinds that were made, and their fields then
// columns: kind (text), fields (text)
MATCH (d:Declared) RETURN d.kind AS kind, d.fields AS fields
