// raise_epoch: tell every cache that something was erased
MATCH (m:Meta {one: 1}) SET m.epoch = m.epoch + 1
