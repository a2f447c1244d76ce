// cell: a free text as one cell of a comma-separated line, null apart from empty (a part of since)
CASE WHEN {name} IS NULL THEN '' ELSE '"' + replace({name}, '"', '""') + '"' END
