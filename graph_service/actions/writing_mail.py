"""The text of one mail, written at the moment of sending out of what still holds: never a learner's name or goal."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from graph_service.actions import links
from graph_service.actions.about import About
from graph_service.actions.addresses import reach
from graph_service.actions.choosing import calendar_of
from graph_service.actions.codes import MINUTES, code_of
from graph_service.errors import NotConfigured
from graph_service.introductions.drafts import calendar
from graph_service.introductions.history import ENDED
from graph_service.introductions.recheck import refused
from graph_service.introductions.ties_told import LANGUAGES
from graph_service.introductions.waiting import wait
from graph_service.messages.composing import Item, Mail, compose
from graph_service.messages.policy import Policy
from graph_service.messages.texts import Texts, rules, texts
from graph_service.messages.transport import Refused
from graph_service.records.vocabulary import vocabulary
from graph_service.settings import Settings
from graph_service.store.port import Guard
from graph_service.store.store import Store

#: Days that a link lives where nothing else ends it; a guardian's.
LINK_DAYS, FORM_DAYS = 30, 366
#: States in which the three people must pass the gates for anything to be said to an adult.
GATED = ("connector_asked", "target_asked", "made", "met")


@dataclass(frozen=True)
class Draft:
    """A mail, or the reason why there is none; and what must still hold when it is handed over."""

    mail: Mail | None
    reason: str | None = None
    expect: Mapping[tuple[str, str], int] = field(default_factory=dict)
    guards: Sequence[Guard] = ()


def write(
    store: Store, settings: Settings, policy: Policy, message: Mapping[str, Any], today: date, moment: datetime
) -> Draft:
    """The mail of a message as of now. Raises NotConfigured where links have no address to begin with."""
    notices = store.find("notice", message=message["id"])
    introductions = {
        each["introduction"]: store.get("introduction", each["introduction"])
        for each in notices
        if each["introduction"]
    }
    people = {message["recipient"], *(row[end] for row in introductions.values() if row for end in _ENDS)}
    about = About(store, sorted(people))
    code = message["template"] == "code"
    found = reach(about, message["recipient"], message["audience"], policy, today, message["guardian"], code=code)
    if found.address is None:
        return Draft(None, found.reason)
    words = texts(message["language"], settings.texts_dir, policy.language)
    items, calendars, expect = [], [], about.expected()
    for each in sorted(notices, key=lambda row: (row["date"], row["id"])):
        record = introductions.get(each["introduction"])
        if not _holds(store, about, each, record, today):
            continue
        items.append(_item(store, settings, policy, words, each, record, today))
        if record is not None:
            expect[("introduction", record["id"])] = record["version"]
            calendars += _meeting(each, record, words, moment)
    if not items:
        return Draft(None, "nothing_left")
    if settings.mail_from is None:
        raise NotConfigured("Mail is not set up: set GRAPH_SERVICE_MAIL and GRAPH_SERVICE_MAIL_FROM.")
    try:
        mail = compose(
            words,
            message["template"],
            message["audience"],
            items,
            key=message["id"],
            programme=policy.name,
            sender=settings.mail_from,
            recipient=found.address,
            moment=moment,
            stop=_stop(store, settings, message, today),
            calendars=list(dict.fromkeys(calendars)),
        )
    except Refused:
        return Draft(None, "refused")
    return Draft(mail, None, expect, about.guards())


def _meeting(each: Mapping[str, Any], record: Mapping[str, Any], words: Texts, moment: datetime) -> list[bytes]:
    """The meeting of an introduction that is made, as a calendar file that names nobody."""
    if each["template"] != "made" or record["state"] != "made" or record["meeting"] is None:
        return []
    language = words.language.partition("-")[0]
    return [calendar(record, language=language if language in LANGUAGES else "en", now=moment)]


_ENDS = ("learner", "connector", "target")


def _holds(store: Store, about: About, each: Mapping[str, Any], record: Mapping[str, Any] | None, today: date) -> bool:
    """Whether a notice still says what is so."""
    if each["introduction"] is None:
        return True
    if record is None or record["version"] != each["of_version"]:
        # A line of a thread stays news however far the introduction has come.
        return bool(record is not None and each["template"] == "remark" and record["state"] not in ENDED)
    if record["state"] in ENDED:
        return bool(each["audience"] == "learner")
    if wait(record, today, calendar_of(store)).over:
        return False
    if record["state"] in GATED:
        return not refused(about, record["learner"], record["connector"], record["target"], today)
    return True


def _item(
    store: Store,
    settings: Settings,
    policy: Policy,
    words: Texts,
    each: Mapping[str, Any],
    record: Mapping[str, Any] | None,
    today: date,
) -> Item:
    rule = rules()[(each["template"], each["audience"])]
    until = today + timedelta(days=LINK_DAYS)
    values: dict[str, Any] = {"programme": policy.name, "minutes": MINUTES}
    if each["template"] == "code":
        values["code"] = code_of(store, each["subject"])
    if record is not None:
        values["ask"] = vocabulary("asks").label(record["ask"], words.language).lower()
        values["connector"] = _name(store, record["connector"])
        due = wait(record, today, calendar_of(store)).due
        until = due or until
    link = None
    if rule.link == "desk" and each["audience"] in ("coordinator", "lead"):
        # Staff sign in: a link of theirs opens nothing by itself.
        link = f"{_base(settings)}/{'concerns' if each['audience'] == 'lead' else 'today'}"
    elif rule.link != "none":
        about = each["introduction"] if rule.link == "decide" else each["guardian"]
        if rule.link == "sign":
            # What was signed can be looked at and taken back with the same link for as long as it can hold.
            until = today + timedelta(days=FORM_DAYS)
        made = links.Link(rule.link, each["recipient"], until, about or "", each["audience"])
        link = links.address(_base(settings), store, made)
    return Item(words.line(each["template"], each["audience"], **values), link, reminder=each["school_day"] > 0)


def _stop(store: Store, settings: Settings, message: Mapping[str, Any], today: date) -> str | None:
    """Where the recipient ends such mails; not for what they asked for, nor for the safeguarding lead."""
    if message["template"] in ("code", "concern"):
        return None
    link = links.Link(
        "stop", message["recipient"], today + timedelta(days=366), message["guardian"] or "", message["audience"]
    )
    return links.address(_base(settings), store, link)


def _base(settings: Settings) -> str:
    if settings.public_url is None:
        raise NotConfigured("Links in mails need the service's address: set GRAPH_SERVICE_PUBLIC_URL.")
    return settings.public_url.rstrip("/")


def _name(store: Store, person: str) -> str:
    """An adult's name, as they are known."""
    record = store.get("person", person)
    if record is None:
        return ""
    return " ".join(part for part in (record["given_name"], record["family_name"]) if part) or record["key"]
