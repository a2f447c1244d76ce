// written: whether a write whose answer was lost had been kept
// parameters: token (text), revision (integer)
// columns: n (integer)
MATCH (r:Revision {revision: $revision, token: $token}) RETURN count(r) AS n
