-- count: how many live records have these values
-- columns: n (integer)
SELECT count(*) AS n FROM {kind} WHERE id > ''{conditions};
