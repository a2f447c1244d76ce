// raise_epoch: tell every cache that something was erased, or that the store was put back
// parameters: least (integer)
MATCH (m:Meta {one: 1})
SET m.epoch = CASE WHEN m.epoch + 1 > $least THEN m.epoch + 1 ELSE $least END
