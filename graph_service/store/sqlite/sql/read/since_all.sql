-- since_all: all live rows, as comma-separated lines: the first full read, without a look at an index
-- parameters: until (integer)
-- columns: lines (text)
SELECT group_concat({row}, char(10)) AS lines FROM {kind} WHERE +revision <= :until GROUP BY seq / 4096;
