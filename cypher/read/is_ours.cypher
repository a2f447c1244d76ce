// is_ours: labels in a database without our Meta node; the service's own markers do not count
// columns: name (text)
MATCH (n) WITH n LIMIT 100
UNWIND CASE WHEN size(labels(n)) = 0 THEN [''] ELSE labels(n) END AS name
WITH DISTINCT name WHERE NOT name STARTS WITH 'GraphService'
RETURN name
