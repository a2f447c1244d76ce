-- where_list: a condition on a list, any of several values in it (a part of page and count)
-- parameters: field (list)
 AND EXISTS (SELECT 1 FROM json_each("{field}") WHERE value IN (SELECT value FROM json_each(:is_{field})))
