-- since_participants_all: the participants of all live rows, as comma-separated lines
-- columns: lines (text)
SELECT group_concat(record || ',' || person || ',' || role, char(10)) AS lines
FROM {kind}_{field} GROUP BY record / 4096;
