-- next_seq: the last row number of a kind
-- columns: seq (integer)
SELECT coalesce(max(seq), 0) AS seq FROM {kind};
