// where_reference: a condition on what a field refers to, any of several values (a part of page and count)
// parameters: field (list)
 AND {field}.id IN $is_{field}
