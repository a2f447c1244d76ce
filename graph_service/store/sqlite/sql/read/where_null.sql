-- where_null: that a field has no value (a part of page and count)
 AND "{field}" IS NULL
