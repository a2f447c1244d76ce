// where_no_reference: that a field refers to nothing (a part of page and count)
 AND NOT EXISTS { (n){left}-[:{edge}]-{right}(:{target}) }
