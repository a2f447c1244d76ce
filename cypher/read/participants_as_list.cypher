// participants_as_list: the participants of a record, each as id and role (a part of reads)
COLLECT { MATCH (n){left}-[t:{edge}]-{right}(m:{target}) RETURN [m.id, t.role] ORDER BY t.ordinal }
