-- since_ended: versions that ended after a revision, as comma-separated lines
-- parameters: revision (integer)
-- columns: lines (text)
SELECT group_concat({row}, char(10)) AS lines FROM {kind}_history WHERE ended > :revision GROUP BY seq / 4096;
