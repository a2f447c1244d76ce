// reference_id: the id that a field refers to (a part of reads)
[(n){left}-[:{edge}]-{right}(m:{target}) | m.id][0]
