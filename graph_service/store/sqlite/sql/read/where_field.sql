-- where_field: a condition on one field, any of several values (a part of page and count)
-- parameters: field (list)
 AND "{field}" IN (SELECT value FROM json_each(:is_{field}))
