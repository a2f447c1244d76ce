-- since_ended: ended versions that are new after a revision, or ended after it, as comma-separated lines
-- parameters: revision (integer), until (integer)
-- columns: lines (text)
SELECT group_concat({row}, char(10)) AS lines FROM {kind}_history
WHERE ended > :revision AND revision <= :until AND (ended <= :until OR revision > :revision) GROUP BY seq / 4096;
