// sparse_column: the values that are there, each with its record's number (a part of since)
collect(CASE WHEN {value} IS NOT NULL THEN [n.seq, {value}] END) AS {name}
