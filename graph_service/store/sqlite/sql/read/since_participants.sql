-- since_participants: the participants of live rows after a revision, as comma-separated lines
-- parameters: revision (integer), until (integer)
-- columns: lines (text)
SELECT group_concat(p.record || ',' || p.person || ',' || p.role, char(10)) AS lines
FROM {kind} AS r JOIN {kind}_{field} AS p ON p.record = r.seq
WHERE r.revision > :revision AND r.revision <= :until GROUP BY p.record / 4096;
