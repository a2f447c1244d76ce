// plain_cell: a number, date, code or id as one cell of a comma-separated line (a part of since)
coalesce(toString({name}), '')
