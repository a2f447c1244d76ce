// participants_cell: the participants of an ended version as one cell of a comma-separated line (a part of since_ended)
'"[' + substring(reduce(text = '', at IN range(0, size(n.{field}) - 1) |
  text + ',[""' + n.{field}[at] + '"",""' + n.{field}_roles[at] + '""]'), 1) + ']"'
