// participant_ids: the ids of a record's participants (a part of keep_history)
COLLECT { MATCH (n){left}-[t:{edge}]-{right}(m:{target}) RETURN m.id ORDER BY t.ordinal }
