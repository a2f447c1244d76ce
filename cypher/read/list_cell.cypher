// list_cell: a list of texts as one cell of a comma-separated line: JSON (a part of since)
'"[' + substring(reduce(text = '', value IN coalesce({name}, []) |
  text + ',""' + replace(replace(value, '\\', '\\\\'), '"', '\\""') + '""'), 1) + ']"'
