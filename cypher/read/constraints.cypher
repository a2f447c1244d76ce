// constraints: the names of the database's constraints
// columns: name (text)
SHOW CONSTRAINTS YIELD name
RETURN name
