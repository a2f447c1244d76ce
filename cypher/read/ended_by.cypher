// ended_by: the revision that ended a version, if it is within the look (a part of since_ended)
CASE WHEN n.ended <= $until THEN toString(n.ended) ELSE '' END
