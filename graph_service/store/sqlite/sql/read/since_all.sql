-- since_all: all live rows, as comma-separated lines: the first full read, piece by piece (null: an empty piece)
-- parameters: until (integer)
-- columns: lines (text)
WITH RECURSIVE piece (low) AS (
  SELECT min(seq) FROM {kind}
  UNION ALL SELECT low + 4096 FROM piece WHERE low + 4096 <= (SELECT max(seq) FROM {kind})
)
SELECT (
  SELECT group_concat({row}, char(10)) FROM {kind}
  WHERE seq BETWEEN piece.low AND piece.low + 4095 AND +revision <= :until
) AS lines FROM piece;
