"""What is told of a tie: how many contacts since when, the last of what kind; dates and codes in a language."""

from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np

from graph_service import clock
from graph_service.records.vocabulary import vocabulary
from graph_service.snapshot.events import KIND_CODES

if TYPE_CHECKING:
    from graph_service.snapshot.snapshot import Snapshot

LANGUAGES = ("en", "es")


@dataclass(frozen=True)
class Told:
    """The evidence of a logged tie: contacts, first and last day, the kind of the last one (a code)."""

    times: int
    first: date
    last: date
    kind: str


def tie_told(snapshot: "Snapshot", one: int, other: int) -> Told | None:
    """The evidence of the tie of two people (positions); None where nothing was logged."""
    pairs, contacts = snapshot.pairs, snapshot.contacts
    assert pairs is not None and contacts is not None
    # As the column's own type: a plain number would make numpy widen all of it first.
    a, b = (pairs.a.dtype.type(each) for each in (min(one, other), max(one, other)))
    start, end = np.searchsorted(pairs.a, a, "left"), np.searchsorted(pairs.a, a, "right")
    at = int(start + np.searchsorted(pairs.b[start:end], b))
    if at >= end or pairs.b[at] != b:
        return None
    events = pairs.event[pairs.start[at] : pairs.start[at + 1]]
    if not len(events):
        return None
    kind = KIND_CODES[int(contacts.kind[events[-1]])]
    days = clock.day_of(int(pairs.first[at])), clock.day_of(int(pairs.last[at]))
    return Told(int(pairs.events[at]), *days, kind)


@lru_cache(maxsize=20_000)
def in_words(day: date, language: str) -> str:
    """A date as people read it.

    >>> in_words(date(2026, 5, 3), "en"), in_words(date(2026, 5, 3), "es")
    ('May 3, 2026', '3 de mayo de 2026')
    """
    from babel.dates import format_date

    return format_date(day, "long", locale=language)


def label(table: str, code: str, language: str) -> str:
    """A code's label as it stands inside a sentence."""
    return vocabulary(table).label(code, language).lower()
