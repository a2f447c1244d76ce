// participant_roles: the roles of a record's participants (a part of keep_history)
COLLECT { MATCH (n){left}-[t:{edge}]-{right}(m:{target}) RETURN t.role ORDER BY t.ordinal }
