"""Drafts of the messages around an introduction, and its calendar file; of each person only what the reader may see."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from graph_service.introductions.answer import texts
from graph_service.introductions.explain import check
from graph_service.introductions.ties_told import in_words, label
from graph_service.introductions.visibility import NOT_THIS_TIME, phase

#: Days before the meeting on which a calendar reminds.
ALARMS = (7, 1)


@dataclass(frozen=True)
class Draft:
    """A message to edit: what for, whom to, subject and body."""

    purpose: str
    to: str
    subject: str
    body: str


@dataclass(frozen=True)
class Named:
    """The people of an introduction by name; shares_name: the target may be told the learner's first name."""

    learner_first: str
    connector: str
    target: str
    shares_name: bool


def drafts(introduction: Mapping[str, Any], named: Named, language: str = "en") -> list[Draft]:
    """The messages that are of use in an introduction's state. Raises UnknownParameter for another language.

    However an introduction ended early, the learner's message is the same.
    """
    check("learner", language)
    words, state = texts("drafts", language), introduction["state"]
    early = phase(state) == NOT_THIS_TIME
    found = []
    for purpose, draft in words.items():
        if "when" in draft and (draft["when"] == state or (draft["when"] == "declined" and early)):
            values = _values(introduction, named, words, draft["to"], language)
            subject, body = draft["subject"].format(**values), draft["body"].format(**values)
            found.append(Draft(purpose, draft["to"], subject, body.strip() + "\n"))
    return found


def _values(
    introduction: Mapping[str, Any], named: Named, words: Mapping[str, Any], to: str, language: str
) -> dict[str, str]:
    plain = words["words"]
    goal, day = introduction["goal"], introduction["meeting"]
    hidden = to == "target" and not named.shares_name
    return {
        "learner": plain["learner"] if hidden else named.learner_first,
        "learner_first": named.learner_first,
        "connector": named.connector,
        "target": named.target,
        "topic": label("career_clusters", goal, language) if goal else plain["topic_any"],
        "ask": label("asks", introduction["ask"], language),
        "meeting_line": plain["meeting"].format(day=in_words(day, language)) if day else plain["no_meeting"],
    }


def calendar(
    introduction: Mapping[str, Any],
    *,
    due: date | None = None,
    waits_for: str | None = None,
    at: time | None = None,
    minutes: int = 30,
    zone: str = "UTC",
    language: str = "en",
    now: datetime | None = None,
) -> bytes:
    """An iCalendar file (RFC 5545): the meeting with its reminders, else the day until which an answer is waited for.

    at: the time of day of the meeting in `zone`; None: the whole day. Names nobody: a calendar is often shared. The
    same introduction has the same UID, so that a later file replaces the earlier one.
    """
    from zoneinfo import ZoneInfo

    from icalendar import Alarm, Calendar, Event, Todo

    check("learner", language)
    words = texts("drafts", language)
    plain, stamp = words["words"], now or datetime.now(UTC)
    made = Calendar()
    made.add("prodid", "-//graph-service//introductions//EN")
    made.add("version", "2.0")
    day = introduction["meeting"]
    item = Event() if day else Todo()
    item.add("uid", f"{introduction['id']}-{'meeting' if day else 'answer'}@graph-service")
    item.add("dtstamp", stamp)
    item.add("sequence", int(introduction["version"]))
    if day:
        start: Any = day if at is None else datetime.combine(day, at, ZoneInfo(zone))
        item.add("summary", plain["event"].format(ask=label("asks", introduction["ask"], language)))
        item.add("description", plain["event_about"])
        item.add("dtstart", start)
        item.add("dtend", day + timedelta(days=1) if at is None else start + timedelta(minutes=minutes))
        item.add("class", "PRIVATE")
        for days in ALARMS:
            alarm = Alarm()
            alarm.add("action", "DISPLAY")
            alarm.add("description", plain["event"].format(ask=label("asks", introduction["ask"], language)))
            alarm.add("trigger", timedelta(days=-days))
            item.add_component(alarm)
    else:
        item.add("summary", plain["answer"].format(party=words["parties"].get(waits_for or "", "?")))
        if due is not None:
            item.add("due", due)
    made.add_component(item)
    found: bytes = made.to_ical()
    return found
