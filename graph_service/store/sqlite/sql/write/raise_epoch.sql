-- raise_epoch: tell every cache that something was erased, or that the store was put back
-- parameters: least (integer)
UPDATE meta SET epoch = max(epoch + 1, :least) WHERE one = 1;
