-- rollback: give up what was written
ROLLBACK;
