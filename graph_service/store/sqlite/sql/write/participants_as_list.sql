-- participants_as_list: the participants of a row as one value (a part of keep_history)
(SELECT json_group_array(json_array(person, role) ORDER BY ordinal) FROM {kind}_{field} WHERE record = r.seq)
