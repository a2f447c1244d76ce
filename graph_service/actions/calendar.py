"""Meetings of a calendar file (iCalendar) as contacts: who was invited is found by mail address, nothing is guessed."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from graph_service.actions.contacts import NewContact, log_contact
from graph_service.disclosure.records import RecordReader
from graph_service.errors import UnreadableFile
from graph_service.store.store import Store

#: Meetings of one file at most.
MOST = 500


@dataclass(frozen=True)
class Meeting:
    """A past meeting with somebody whom the programme knows.

    uid: of the calendar. learners, others: internal ids. unknown: how many were invited whom nobody knows.
    """

    uid: str
    on: date
    minutes: int | None
    learners: tuple[str, ...]
    others: tuple[str, ...]
    unknown: int


def read(store: Store, path: Path, *, today: date, zone: str = "UTC") -> list[Meeting]:
    """Meetings up to today between a learner and somebody else, the latest first. Raises UnreadableFile."""
    from icalendar import Calendar

    try:
        calendar = Calendar.from_ical(path.read_bytes())
        entries = list(calendar.walk("VEVENT"))[:MOST]
    except (ValueError, IndexError, KeyError):
        raise UnreadableFile("This is no calendar file (.ics). Nothing was changed.") from None
    known = {str(row["email"]).casefold(): row for row in store.find("person") if row["email"]}
    found = [each for entry in entries if (each := _meeting(entry, known, zone)) is not None]
    useful = [each for each in found if each.on <= today and each.learners and len(each.learners + each.others) > 1]
    return sorted(useful, key=lambda each: (each.on, each.uid), reverse=True)


def _meeting(entry: Any, known: Mapping[str, Mapping[str, Any]], zone: str) -> Meeting | None:
    start, end = entry.get("DTSTART"), entry.get("DTEND")
    if start is None or str(entry.get("STATUS", "")).upper() == "CANCELLED":
        return None
    invited = entry.get("ATTENDEE", [])
    people = [*(invited if isinstance(invited, list) else [invited]), entry.get("ORGANIZER")]
    mails = {str(each).casefold().removeprefix("mailto:") for each in people if each is not None and _came(each)}
    rows = [known[mail] for mail in sorted(mails) if mail in known]
    begin, finish = _moment(start.dt, zone), None if end is None else _moment(end.dt, zone)
    timed = isinstance(begin, datetime) and isinstance(finish, datetime)
    minutes = int((finish - begin).total_seconds() // 60) if timed else None  # type: ignore[operator]
    return Meeting(
        uid=str(entry.get("UID", "")) or str(begin),
        on=begin.date() if isinstance(begin, datetime) else begin,
        minutes=minutes if minutes and 0 < minutes <= 24 * 60 else None,
        learners=tuple(row["id"] for row in rows if "learner" in row["roles"]),
        others=tuple(row["id"] for row in rows if "learner" not in row["roles"]),
        unknown=len(mails) - len(rows),
    )


def _came(person: Any) -> bool:
    return str(getattr(person, "params", {}).get("PARTSTAT", "")).upper() != "DECLINED"


def _moment(value: date | datetime, zone: str) -> date | datetime:
    """A time with a zone in the programme's own; one without is the programme's already."""
    if isinstance(value, datetime) and value.tzinfo is not None:
        return value.astimezone(ZoneInfo(zone))
    return value


def log_meeting(store: Store, reader: RecordReader, meeting: Meeting, *, today: date) -> None:
    """Log a meeting once, however often its file comes. Raises NotYours."""
    first, *rest = meeting.learners
    contact = NewContact(first, (*rest, *meeting.others), meeting.on, minutes=meeting.minutes)
    log_contact(store, reader, contact, today=today, repeat=f"ics {meeting.uid} {meeting.on}")
