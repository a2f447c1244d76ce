"""The time of a programme: its first and last day, its terms, and on which days people meet."""

from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property
from typing import Any

import numpy as np

from loaders.synthetic.draws import Draws, Ints

EPOCH = date(1970, 1, 1)


def number(day: date) -> int:
    return (day - EPOCH).days


def months_before(day: date, months: int) -> date:
    """The day so many calendar months earlier, or the last one of that month.

    >>> months_before(date(2026, 8, 31), 18)
    datetime.date(2025, 2, 28)
    """
    at = day.year * 12 + day.month - 1 - months
    year, month = divmod(at, 12)
    following = date(year + (month + 1) // 12, (month + 1) % 12 + 1, 1)
    return date(year, month + 1, min(day.day, (following - timedelta(days=1)).day))


@dataclass(frozen=True)
class Span:
    """From the first day to `as_of`, both included, as day numbers (days since 1970-01-01)."""

    first: int
    last: int
    split: int

    @staticmethod
    def of(as_of: date, months: int, outcome_days: int) -> "Span":
        first, last = number(months_before(as_of, months)), number(as_of)
        return Span(first, last, max(first + (last - first) // 2, last - outcome_days))

    @property
    def days(self) -> int:
        return self.last - self.first + 1

    @property
    def years(self) -> float:
        return self.days / 365.25

    @cached_property
    def breaks(self) -> list[tuple[int, int, str]]:
        """Days without school, as (first, last, name): summer, winter, spring."""
        found = []
        start, end = EPOCH + timedelta(days=self.first), EPOCH + timedelta(days=self.last)
        for year in range(start.year - 1, end.year + 1):
            found.append((number(date(year, 6, 15)), number(date(year, 8, 20)), "summer"))
            found.append((number(date(year, 12, 20)), number(date(year + 1, 1, 2)), "winter"))
            found.append((number(date(year, 4, 6)), number(date(year, 4, 12)), "spring"))
        return sorted(each for each in found if each[1] >= self.first and each[0] <= self.last)

    @cached_property
    def school(self) -> Any:
        """For each day of the span: is it a school day."""
        numbers = np.arange(self.first, self.last + 1)
        open = (numbers + 3) % 7 < 5
        for start, end, _ in self.breaks:
            open &= (numbers < start) | (numbers > end)
        return open

    @cached_property
    def _next(self) -> Any:
        """For each day of the span: the next school day (or the last day, where none follows)."""
        found = np.empty(self.days, np.int64)
        following = self.days - 1
        for at in range(self.days - 1, -1, -1):
            if self.school[at]:
                following = at
            found[at] = following
        return found + self.first

    def on_school_days(self, days: Ints) -> Ints:
        """Days moved to the next school day; days outside the span stay outside."""
        inside = (days >= self.first) & (days <= self.last)
        moved = self._next[np.clip(days - self.first, 0, self.days - 1)]
        return np.where(inside, moved, days)

    def on_weekdays(self, days: Ints) -> Ints:
        """Days moved from a weekend to the Monday after it."""
        late = (days + 3) % 7 - 4
        return np.where(late > 0, days + 3 - late, days)

    def september(self, years_ago: int = 0) -> int:
        """The first of September before the last day, so many years ago."""
        end = EPOCH + timedelta(days=self.last)
        year = end.year if (end.month, end.day) >= (9, 1) else end.year - 1
        return number(date(year - years_ago, 9, 1))

    def draw(self, draws: Draws, low: Any, high: Any, n: int) -> Ints:
        """n school days between low and high."""
        return self.on_school_days(draws.between(low, high, n))
