// where_list: a condition on a list, any of several values in it (a part of page and count)
// parameters: field (list)
 AND any(value IN n.{field} WHERE value IN $is_{field})
