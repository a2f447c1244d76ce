// ready: wait until new indexes can be used
CALL db.awaitIndexes(300);
