// since_ended: ended versions that are new after a revision, or ended after it, as comma-separated lines
// parameters: revision (integer), until (integer)
// columns: lines (list of text)
MATCH (n:History:{label}History)
WHERE n.ended > $revision AND n.revision <= $until AND (n.ended <= $until OR n.revision > $revision)
WITH n.revision AS revision, collect({row}) AS lines
RETURN lines
