-- since_participants_all: the participants of all live rows, as comma-separated lines, piece by piece (null: an empty piece)
-- columns: lines (text)
WITH RECURSIVE piece (low) AS (
  SELECT min(record) FROM {kind}_{field}
  UNION ALL SELECT low + 4096 FROM piece WHERE low + 4096 <= (SELECT max(record) FROM {kind}_{field})
)
SELECT (
  SELECT group_concat(record || ',' || person || ',' || role, char(10)) FROM {kind}_{field}
  WHERE record BETWEEN piece.low AND piece.low + 4095
) AS lines FROM piece;
