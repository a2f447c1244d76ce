-- begin_write: start a write, with its lock
BEGIN IMMEDIATE;
