"""When a placement is to be visited: the schedule of the rule file, held against the visits made."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta


@dataclass(frozen=True)
class Schedule:
    """days: after the first day, for the first visits; then: days from visit to visit afterwards."""

    days: tuple[int, ...] = (7, 14)
    then: int = 28

    def due(self, start: date, visits: Sequence[date]) -> date:
        """The day by which the next visit is due.

        The n-th visit stands for the n-th of the first days; then the next is due `then` days after the latest.

        >>> start, first, second = date(2026, 3, 2), date(2026, 3, 6), date(2026, 3, 17)
        >>> [str(Schedule().due(start, made)) for made in ([], [first], [first, second])]
        ['2026-03-09', '2026-03-16', '2026-04-14']
        """
        made = sorted(day for day in visits if day >= start)
        if len(made) < len(self.days):
            return start + timedelta(days=self.days[len(made)])
        return made[-1] + timedelta(days=self.then) if made else start + timedelta(days=self.then)
