// sparse_list: the lists that are not empty, each with its record's number (a part of since)
collect(CASE WHEN size(n.{name}) > 0 THEN [n.seq, n.{name}] END) AS {name}
