-- since: live rows after a revision, as comma-separated lines, some thousand rows a piece
-- parameters: revision (integer), until (integer)
-- columns: lines (text)
SELECT group_concat({row}, char(10)) AS lines FROM {kind}
WHERE revision > :revision AND revision <= :until GROUP BY seq / 4096;
