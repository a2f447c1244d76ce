// where_null: that a field has no value (a part of page and count)
 AND n.{field} IS NULL
