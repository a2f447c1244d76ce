-- begin_read: start a consistent look
BEGIN;
