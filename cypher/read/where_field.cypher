// where_field: a condition on one field, any of several values (a part of page and count)
// parameters: field (list)
 AND n.{field} IN $is_{field}
