"""The one place that knows what time it is, so that tests and reports can stand at another day."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from graph_service.errors import BadDate

EPOCH = date(1970, 1, 1)

_now: Callable[[], datetime] = lambda: datetime.now(UTC)  # noqa: E731


def now() -> datetime:
    """The present moment, in UTC, whole microseconds."""
    return _now()


def today(zone: str = "UTC") -> date:
    """Today's date in the programme's time zone."""
    return now().astimezone(ZoneInfo(zone)).date()


def stand_at(moment: datetime | None) -> None:
    """Fix the clock (tests, rehearsals); None lets it run again."""
    global _now
    _now = (lambda: datetime.now(UTC)) if moment is None else (lambda: moment)


def day_number(day: date) -> int:
    """Days since 1970-01-01: how every store keeps a date.

    >>> day_number(date(1970, 1, 2))
    1
    """
    return (day - EPOCH).days


def day_of(number: int) -> date:
    """The date of a day number.

    >>> day_of(1)
    datetime.date(1970, 1, 2)
    """
    return date.fromordinal(EPOCH.toordinal() + number)


def micros(moment: datetime) -> int:
    """Microseconds since 1970, in UTC: how every store keeps a moment.

    >>> micros(datetime(1970, 1, 1, 0, 0, 1, tzinfo=UTC))
    1000000
    """
    return int((moment.astimezone(UTC) - datetime(1970, 1, 1, tzinfo=UTC)) / timedelta(microseconds=1))


def moment_of(number: int) -> datetime:
    """The moment of a number of microseconds.

    >>> moment_of(1000000).isoformat()
    '1970-01-01T00:00:01+00:00'
    """
    return datetime(1970, 1, 1, tzinfo=UTC) + timedelta(microseconds=number)


def as_date(value: date | str) -> date:
    """A date as people write it. Raises BadDate.

    >>> as_date("2026-03-01")
    datetime.date(2026, 3, 1)
    """
    if isinstance(value, date):
        return value
    try:
        return date.fromisoformat(value)
    except ValueError:
        raise BadDate(f"{value[:20]!r} is not a date.") from None
