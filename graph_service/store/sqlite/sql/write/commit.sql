-- commit: keep what was written
COMMIT;
