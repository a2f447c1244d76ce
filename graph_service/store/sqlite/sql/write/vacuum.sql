-- vacuum: rewrite the file without what was deleted
VACUUM;
