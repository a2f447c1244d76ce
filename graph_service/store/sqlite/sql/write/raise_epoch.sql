-- raise_epoch: tell every cache that something was erased
UPDATE meta SET epoch = epoch + 1 WHERE one = 1;
