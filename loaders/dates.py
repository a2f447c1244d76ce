"""Dates as people write them, as days and times of day of the programme; an unclear one is a reject.

`03/04/2024` is taken only when the file's other dates decide which part is the day, or an option says it. A time
without a zone is the programme's own and is never shifted; with a zone it is moved to the programme's zone.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, timezone
from typing import Any
from zoneinfo import ZoneInfo

from graph_service import clock

EXPECTED = "a date such as 2024-03-12 or 12 Mar 2024"
UNCLEAR = "a date whose day and month can be told apart (say the order with --date-order)"

#: date, then perhaps a time of day, then perhaps a zone
_PARTS = (
    r"^\s*(?P<day>.*?)"
    r"(?:(?:T|,?\s+)(?P<time>[0-9]{1,2}:[0-9]{2}(?::[0-9]{2}(?:[.,][0-9]{1,9})?)?(?:\s?[AaPp]\.?[Mm]\.?)?)"
    r"\s*(?P<zone>Z|UTC|GMT|[+-][0-9]{2}:?[0-9]{2}|[+-][0-9]{2})?)?\s*$"
)
_YEAR_FIRST = re.compile(r"^(\d{4})([-/.]?)(\d{1,2})\2(\d{1,2})$")
_NUMBERS = re.compile(r"^(\d{1,2})([-/. ])(\d{1,2})\2(\d{4}|\d{2})$")
_NAMED = re.compile(r"^(\d{1,2})[-/. ]*(?:de )?([^\W\d_]{3,})\.?[-/. ,]*(?:de )?(\d{4}|\d{2})$")
_NAME_FIRST = re.compile(r"^([^\W\d_]{3,})\.?[-/. ]*(\d{1,2})(?:st|nd|rd|th)?,? +(\d{4})$")

_MONTHS = {
    name: number
    for number, names in enumerate(
        (
            "jan january ene enero",
            "feb february febrero",
            "mar march marzo",
            "apr april abr abril",
            "may mayo",
            "jun june junio",
            "jul july julio",
            "aug august ago agosto",
            "sep sept september septiembre setiembre",
            "oct october octubre",
            "nov november noviembre",
            "dec december dic diciembre",
        ),
        1,
    )
    for name in names.split()
}


@dataclass(frozen=True)
class Dates:
    """A column of days, the times of day beside them, and what cannot be read: row to what was expected."""

    days: Any
    times: Any
    wrong: dict[int, str]


def parse_dates(column: Any, order: str | None = None, zone: str = "UTC") -> Dates:
    """Days and times of a column of text; null stays null."""
    import pyarrow as pa
    import pyarrow.compute as pc

    parts = pc.extract_regex(column, _PARTS)
    text = pc.if_else(pc.is_valid(parts), pc.struct_field(parts, "day"), column)
    codes = text.dictionary_encode()
    codes = codes.combine_chunks() if isinstance(codes, pa.ChunkedArray) else codes
    read = [_read(each, order) for each in codes.dictionary.to_pylist()]
    days = pa.array([each if isinstance(each, date) else None for each in read], pa.date32()).take(codes.indices)
    why = pa.array([each if isinstance(each, str) else None for each in read], pa.string()).take(codes.indices)
    wrong = {at: why[at].as_py() for at in pc.indices_nonzero(pc.is_valid(why)).to_pylist()}
    times = pc.struct_field(parts, "time")
    if times.null_count < len(times) and pc.any(pc.not_equal(times, "")).as_py():
        times, late = _times(times)
        for at in late:
            wrong.setdefault(at, "a time of day such as 14:30")
        days, times = _moved(days, times, pc.struct_field(parts, "zone"), wrong, zone)
    else:
        times = pa.nulls(len(column), pa.string())
    if wrong:
        mask = pa.array([at in wrong for at in range(len(column))])
        days = pc.if_else(mask, pa.scalar(None, pa.date32()), days)
        times = pc.if_else(mask, pa.scalar(None, pa.string()), times)
    return Dates(days, times, wrong)


def _times(times: Any) -> tuple[Any, list[int]]:
    """Times of day as given, those of a twelve-hour clock as of a day's; and rows without such a time of day."""
    import pyarrow as pa
    import pyarrow.compute as pc

    times = pc.if_else(pc.equal(times, ""), pa.scalar(None, pa.string()), times)
    plain = pc.match_substring_regex(times, "^(?:[01][0-9]|2[0-3]):[0-5][0-9](?::[0-5][0-9](?:\\.[0-9]+)?)?$")
    odd = pc.indices_nonzero(pc.fill_null(pc.invert(plain), False)).to_pylist()
    if not odd:
        return times, []
    values, late = times.to_pylist(), []
    for at in odd:
        values[at] = _time(values[at])
        if values[at] is None:
            late.append(at)
    return pa.array(values, pa.string()), late


def _time(text: str) -> str | None:
    """
    >>> _time("2:05 pm"), _time("9:15"), _time("25:00")
    ('14:05', '09:15', None)
    """
    half = re.match(r"^(.*?)\s?([AaPp])\.?[Mm]\.?$", text)
    hour, _, rest = (half[1] if half else text).replace(",", ".").partition(":")
    number = int(hour)
    if half:
        if not 1 <= number <= 12:
            return None
        number = number % 12 + (12 if half[2] in "Pp" else 0)
    if number > 23 or not all(float(each) < 60 for each in rest.split(":")):
        return None
    return f"{number:02d}:{rest}"


def _moved(days: Any, times: Any, zones: Any, wrong: dict[int, str], zone: str) -> tuple[Any, Any]:
    """Days and times of rows with a zone, in the programme's zone."""
    import pyarrow as pa
    import pyarrow.compute as pc

    rows = pc.indices_nonzero(pc.fill_null(pc.not_equal(zones, ""), False)).to_pylist()
    if not rows:
        return days, times
    home = ZoneInfo(zone)
    new_days, new_times, offsets = days.to_pylist(), times.to_pylist(), zones.to_pylist()
    for at in rows:
        if new_days[at] is None or new_times[at] is None:
            continue
        away = _offset(offsets[at])
        if away is None:
            wrong.setdefault(at, "a time zone such as +01:00")
            continue
        moment = datetime.fromisoformat(f"{new_days[at]}T{new_times[at][:15]}").replace(tzinfo=away).astimezone(home)
        new_days[at], new_times[at] = moment.date(), moment.time().isoformat()
    return pa.array(new_days, pa.date32()), pa.array(new_times, pa.string())


def _offset(text: str) -> timezone | None:
    if text[0] not in "+-":
        return UTC
    digits = text[1:].replace(":", "").ljust(4, "0")
    away = timedelta(hours=int(digits[:2]), minutes=int(digits[2:]))
    if away >= timedelta(hours=24):
        return None
    return timezone(-away if text[0] == "-" else away)


def _read(text: str | None, order: str | None) -> date | str | None:
    """A day, or what was expected instead of this text; None for no text.

    >>> _read("7-Feb-22", None), _read("12 de marzo de 2024", None), _read("03/03/2024", None)
    (datetime.date(2022, 2, 7), datetime.date(2024, 3, 12), datetime.date(2024, 3, 3))
    >>> _read("03/04/2024", "dmy"), _read("03/04/2024", "mdy"), _read("03/04/2024", None) == UNCLEAR
    (datetime.date(2024, 4, 3), datetime.date(2024, 3, 4), True)
    """
    if text is None:
        return None
    text = text.strip()
    if found := _YEAR_FIRST.match(text):
        return _day(found[1], found[3], found[4])
    if found := _NUMBERS.match(text):
        first, second, year = int(found[1]), int(found[3]), found[4]
        if first > 12 or second > 12:
            orders = ["dmy" if first > 12 else "mdy"]
            if order in ("dmy", "mdy") and order not in orders:
                return EXPECTED
            order = orders[0]
        if order not in ("dmy", "mdy"):
            return _day(year, first, second) if first == second else UNCLEAR
        return _day(year, second, first) if order == "dmy" else _day(year, first, second)
    if found := _NAMED.match(text):
        month = _MONTHS.get(found[2].lower())
        return _day(found[3], month, found[1]) if month else EXPECTED
    if found := _NAME_FIRST.match(text):
        month = _MONTHS.get(found[1].lower())
        return _day(found[3], month, found[2]) if month else EXPECTED
    return EXPECTED


def _day(year: str, month: int | str, day: int | str) -> date | str:
    number = int(year)
    if len(year) == 2:
        # The latest such year that is not later than next year: nothing here is dated decades ahead.
        number += clock.today().year // 100 * 100
        if number > clock.today().year + 1:
            number -= 100
    try:
        return date(number, int(month), int(day))
    except ValueError:
        return EXPECTED


def order_of(columns: Iterable[Any]) -> str | None:
    """Which order the dates of a file are written in, where they decide it: a part above 12 is a day.

    Dates that say both decide nothing. The columns are texts.
    """
    import pyarrow as pa
    import pyarrow.compute as pc

    seen = set()
    for column in columns:
        parts = pc.extract_regex(column, r"^\s*(?P<a>[0-9]{1,2})[-/. ](?P<b>[0-9]{1,2})[-/. ][0-9]{2,4}\b")
        for name, says in (("a", "dmy"), ("b", "mdy")):
            numbers = pc.struct_field(parts, name).cast(pa.int64())
            if pc.any(pc.and_(pc.greater(numbers, 12), pc.less_equal(numbers, 31))).as_py():
                seen.add(says)
    return seen.pop() if len(seen) == 1 else None


def latest(zone: str) -> date:
    """The last day that something may have happened on: tomorrow, for those who are ahead of the programme."""
    return clock.today(zone) + timedelta(days=1)
