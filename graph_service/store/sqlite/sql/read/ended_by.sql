-- ended_by: the revision that ended a version, if it is within the look (a part of since_ended)
coalesce(CASE WHEN ended <= :until THEN ended END, '')
