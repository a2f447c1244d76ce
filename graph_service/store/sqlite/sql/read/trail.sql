-- trail: all versions of the live records that a load left so (the latest of them), and of those that it retracted
-- parameters: batch (text), limit (integer)
-- columns: id (text), version (integer), revision (integer), ended (integer)
WITH mine AS (SELECT revision FROM revision WHERE batch = :batch),
left_so AS (SELECT id FROM {kind} WHERE revision IN mine ORDER BY revision DESC LIMIT :limit),
retracted AS (
  SELECT h.id FROM {kind}_history AS h
  WHERE h.ended IN mine AND NOT EXISTS (SELECT 1 FROM {kind} AS r WHERE r.id = h.id)
),
touched AS (SELECT id FROM left_so UNION SELECT id FROM retracted)
SELECT id, version, revision, NULL AS ended FROM {kind} WHERE id IN touched
UNION ALL SELECT id, version, revision, ended FROM {kind}_history WHERE id IN touched;
