// history_participants: the participants of an ended version, each as id and role (a part of reads)
[at IN range(0, size(n.{field}) - 1) | [n.{field}[at], n.{field}_roles[at]]]
