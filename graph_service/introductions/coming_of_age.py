"""The 18th birthday: what a guardian signed ends with the day before; the learner is asked in the 30 days before it."""

from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from typing import Any

from graph_service.introductions.facts import ADULT_AGE

#: A learner is asked so many days before turning 18.
BEFORE_BIRTHDAY = 30


def birthday_18(born: date) -> date:
    """The day on which somebody is 18: of those born on 29 February the 1st of March, as the age is counted.

    >>> birthday_18(date(2008, 2, 29)), birthday_18(date(2008, 5, 1))
    (datetime.date(2026, 3, 1), datetime.date(2026, 5, 1))
    """
    try:
        return born.replace(year=born.year + ADULT_AGE)
    except ValueError:
        return date(born.year + ADULT_AGE, 3, 1)


def turns_18_soon(born: date | None, day: date) -> bool:
    """Whether somebody turns 18 within 30 days.

    >>> turns_18_soon(date(2008, 5, 1), date(2026, 4, 1)), turns_18_soon(date(2008, 5, 1), date(2026, 5, 1))
    (True, False)
    """
    return born is not None and day < birthday_18(born) <= day + timedelta(days=BEFORE_BIRTHDAY)


def own_word_from(born: date | None, day: date) -> date | None:
    """The first day on which what somebody decides today counts: their 18th birthday or later.

    None: the birthday is unknown, or more than 30 days away.

    >>> own_word_from(date(2008, 5, 1), date(2026, 4, 20)), own_word_from(date(2008, 5, 1), date(2026, 1, 1))
    (datetime.date(2026, 5, 1), None)
    """
    if born is None or birthday_18(born) > day + timedelta(days=BEFORE_BIRTHDAY):
        return None
    return max(birthday_18(born), day)


def ends_on_birthday(consents: Iterable[Mapping[str, Any]], day: date) -> bool:
    """Whether a guardian's yes holds among the consents of one person, which ends with their 18th birthday."""
    return any(row["by"] == "guardian" and row["granted"] and _holds(row, day) for row in consents)


def decided(consents: Iterable[Mapping[str, Any]], born: date) -> bool:
    """Whether a person has said anything themselves that counts on their 18th birthday or later."""
    return any(row["by"] == "self" and (row["until"] is None or row["until"] >= birthday_18(born)) for row in consents)


def _holds(row: Mapping[str, Any], day: date) -> bool:
    return (row["since"] is None or row["since"] <= day) and (row["until"] is None or row["until"] >= day)
