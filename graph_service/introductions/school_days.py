"""School days: weekdays inside the programme's terms and outside its breaks. Deadlines and reminders count them."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from graph_service.errors import BadDate

#: Further than this no deadline is looked for: a calendar without days would never end.
FURTHEST = 1500
#: The key of the setting that holds the programme's calendar.
SETTING = "calendar"


@dataclass(frozen=True)
class Calendar:
    """terms, breaks: periods of days, both ends inclusive. Without terms every weekday outside breaks counts.

    >>> spring = Calendar(breaks=((date(2026, 3, 16), date(2026, 3, 20)),))
    >>> spring.after(date(2026, 3, 13), 1)
    datetime.date(2026, 3, 23)
    """

    terms: tuple[tuple[date, date], ...] = ()
    breaks: tuple[tuple[date, date], ...] = ()

    @classmethod
    def of(cls, value: str | Mapping[str, Any] | None) -> "Calendar":
        """A calendar as its setting keeps it: `{"terms": [[from, to]], "breaks": [[from, to]]}`. Raises BadDate."""
        read = json.loads(value) if isinstance(value, str) else value or {}
        try:
            periods = {
                name: tuple((date.fromisoformat(a), date.fromisoformat(b)) for a, b in read.get(name, ()))
                for name in ("terms", "breaks")
            }
        except (TypeError, ValueError):
            raise BadDate("The calendar's periods are pairs of dates, written YYYY-MM-DD.") from None
        return cls(**periods)

    def counts(self, day: date) -> bool:
        """Whether a day is a school day."""
        if day.weekday() >= 5 or _inside(day, self.breaks):
            return False
        return not self.terms or _inside(day, self.terms)

    def between(self, start: date, end: date) -> int:
        """School days after `start` up to and with `end`; 0 when the end is not later."""
        return sum(self.counts(start + timedelta(days=n + 1)) for n in range(max((end - start).days, 0)))

    def after(self, start: date, days: int) -> date | None:
        """The day that is so many school days after another; None when the calendar never comes to it."""
        left, day = days, start
        for _ in range(FURTHEST):
            if left <= 0:
                return day
            day += timedelta(days=1)
            left -= self.counts(day)
        return None


def _inside(day: date, periods: Iterable[tuple[date, date]]) -> bool:
    return any(start <= day <= end for start, end in periods)
