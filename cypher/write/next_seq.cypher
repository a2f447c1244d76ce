// next_seq: the last row number of a kind, and take the next ones
// parameters: count (integer)
// columns: seq (integer)
MATCH (m:Meta {one: 1})
SET m.{kind}_seq = coalesce(m.{kind}_seq, 0) + $count
RETURN m.{kind}_seq - $count AS seq
