// match_reference: the record that a field refers to (a part of page and count)
, (n){left}-[:{edge}]-{right}({field}:{target})
