"""Sentences that a computation gives in English, said again in the reader's language.

What lacks of an experience and why a rule failed are sentences of the views, which the API gives as they are. Each is
made from one of these patterns; what fits none stays as it is.
"""

import re
from collections.abc import Sequence
from functools import cache

from graph_service.web.language import N_, text

#: What an experience lacks to be counted (`wbl.experiences.missing`).
LACKS = (
    N_("one-off activity"),
    N_("fewer than %(n)s hours"),
    N_("fewer than %(n)s sessions"),
    N_("not aligned with a course"),
)
#: Why a rule about placements failed (`wbl.checking`).
FAILED = (
    N_("the date of birth is not recorded"),
    N_("the learner is %(age)s, the rule asks for %(least)s"),
    N_("the date of birth is not recorded, and the work falls under %(sections)s"),
    N_("no student-learner exemption from %(sections)s"),
    N_("the work falls under %(sections)s"),
    N_("the hours a week are not recorded"),
    N_("%(hours)s hours a week, the rule allows %(week)s"),
    N_("is not on file"),
    N_("the supervisor is not cleared"),
    N_("none of the supervisor is on record"),
    N_("ran out on %(day)s"),
)
PLACE = re.compile(r"%\((\w+)\)s")


@cache
def _pattern(message: str) -> re.Pattern[str]:
    parts = PLACE.split(message)
    # Between two texts stands the name of a place.
    return re.compile("".join(f"(?P<{part}>.+)" if at % 2 else re.escape(part) for at, part in enumerate(parts)))


def retold(said: str, messages: Sequence[str] = (*LACKS, *FAILED)) -> str:
    """A sentence in the reader's language.

    >>> retold("fewer than 30 hours")
    'fewer than 30 hours'
    """
    for message in messages:
        if found := _pattern(message).fullmatch(said):
            return text(message, **found.groupdict())
    return said
