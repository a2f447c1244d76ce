"""Guardians: who signs for a learner, by a link or on paper, with what scope, until when; and the 18th birthday."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from graph_service.actions.addresses import consent, is_minor, on, policy_of
from graph_service.actions.links import Link, LinkOver
from graph_service.actions.notices import assemble_one, changed, notice, turning_18
from graph_service.actions.sweeps import recheck
from graph_service.errors import Conflict, DataError, InvalidRecord, NotFound, UnknownPerson, UsageError
from graph_service.introductions.coming_of_age import birthday_18, own_word_from
from graph_service.messages.texts import PURPOSES, rules
from graph_service.records.registry import kind
from graph_service.records.validation import validate_records
from graph_service.records.vocabulary import vocabulary
from graph_service.settings import Settings
from graph_service.store.store import Store

#: A signature holds for a year, unless it says less.
YEAR = 365
#: A form can be opened for so many days.
FORM_DAYS = 366


class FormsLeft(DataError):
    """Some forms of a pile could not be recorded."""

    code, title = "forms_left", "Some forms were not recorded"
    hint = "The others are; mend these and record them again."


class TooYoung(Conflict):
    """Somebody's own word does not count yet."""

    code, title = "too_young", "Somebody signs for you until you are 18"
    hint = "From 30 days before your 18th birthday you can decide for the time after it."


@dataclass(frozen=True)
class Decision:
    """One purpose on a guardian's form: what holds now (None: nothing was decided)."""

    purpose: str
    granted: bool | None


@dataclass(frozen=True)
class Form:
    """What a guardian's link shows: of the learner the first name, and nothing else."""

    guardian: str
    first_name: str
    language: str
    decisions: tuple[Decision, ...]
    until: date
    of_age: bool


def add_guardian(
    store: Store, learner: str, *, email: str | None, name: str | None = None, language: str = "en",
    since: date | None = None, actor: str = "",
) -> str:  # fmt: skip
    """Record who signs for a learner (internal id). The same address again is the same guardian."""
    if store.get("person", learner) is None:
        raise UnknownPerson()
    id = store.internal_id("guardian", learner, (email or name or "").strip().lower())
    record = {"id": id, "learner": learner, "name": name, "email": email, "language": language, "since": since}
    store.put("guardian", record, actor=actor, action="guardian")
    return id


def ask_signatures(store: Store, settings: Settings, learner: str, today: date) -> list[str]:
    """Queue a mail with a signing link for each guardian of a learner. Returns the mails' ids; one a day for each."""
    person = store.get("person", learner)
    if person is None:
        raise UnknownPerson()
    if not is_minor(person, today):
        raise UsageError("The learner is of age and decides alone: a guardian's signature would not count.")
    guardians = [row for row in store.find("guardian", learner=learner) if on(row, today)]
    if not guardians:
        raise UsageError("Nobody is recorded who signs for this learner: `consents guardian` records somebody.")
    sent = []
    for each in guardians:
        key = f"{each['id']}|{today.isoformat()}"
        record = notice(store, rules()[("sign", "guardian")], learner, today, key, guardian=each["id"])
        sent.append(assemble_one(store, record, policy_of(store), today, settings.texts_dir))
    return sent


def form(store: Store, link: Link, today: date) -> Form:
    """What a signing link shows today. Raises LinkOver."""
    guardian, learner = _both(store, link, today)
    rows = [row for row in store.find("consent", person=link.person) if row["by"] == "guardian"]
    return Form(
        guardian=guardian["id"],
        first_name=learner["given_name"] or learner["key"],
        language=guardian["language"],
        decisions=tuple(Decision(code, consent(rows, code, True, today)) for code in PURPOSES),
        until=ends(learner, today, None),
        of_age=not is_minor(learner, today),
    )


def sign(
    store: Store, link: Link, answers: Mapping[str, bool], name: str, today: date, *, until: date | None = None
) -> int:
    """Keep what a guardian decided: purpose to allowed or refused. Returns how many decisions changed.

    What was allowed ends on `until`, after a year, or with the day before the 18th birthday, whichever is first. What
    was taken back ends introductions on their way at once. Raises LinkOver, InvalidRecord.
    """
    guardian, learner = _both(store, link, today)
    if not is_minor(learner, today):
        raise LinkOver()
    wrong = [code for code in answers if code not in PURPOSES]
    if wrong or not answers or not name.strip() or len(name) > 200:
        found = "nothing" if not wrong else "an unknown purpose"
        raise InvalidRecord(problems=[{"field": "answers", "found": found, "expected": "decisions and a name"}])
    records = [
        _consent(store, learner, code, granted, "link", f"signed {name.strip()}", guardian["id"], today, until)
        for code, granted in sorted(answers.items())
    ]
    receipt = store.put("consent", *records, actor=f"guardian {guardian['id']}", action="sign")
    if not all(answers.values()):
        recheck(store, today, about=learner["id"])
    return receipt.added + receipt.changed


def on_paper(
    store: Store, learners: Sequence[str], purposes: Sequence[str], scan: str, *, signed: date, today: date,
    granted: bool = True, until: date | None = None, by_self: bool = False, actor: str = "",
) -> tuple[int, list[tuple[str, str]]]:  # fmt: skip
    """Record a pile of signed forms: learners by own key, the purposes that they all say, where the scan is.

    Returns how many consents were recorded, and (key, why not) of the rest. Raises UsageError.
    """
    unknown = [code for code in purposes if code not in vocabulary("consent_purposes")]
    if unknown or not purposes:
        raise UsageError(f"Purposes: {', '.join(vocabulary('consent_purposes').codes)}.")
    if not scan.strip():
        raise UsageError("Say where the scan is kept: a signature that nobody can find again proves nothing.")
    if signed > today:
        raise UsageError("The day of a signature is not in the future.")
    records: list[dict[str, Any]] = []
    left: list[tuple[str, str]] = []
    for key in dict.fromkeys(learners):
        found = store.find("person", key=key)
        if not found:
            left.append((key, "nobody with this key"))
            continue
        minor, counts = is_minor(found[0], signed), own_word_from(found[0]["birth_date"], signed)
        # In the 30 days before the birthday a learner may sign for the time after it.
        early = by_self and counts is not None
        if minor == by_self and granted and not early:
            left.append((key, "under 18: a guardian signs" if minor else "of age: the learner signs, not a guardian"))
            continue
        since = counts if by_self and granted and counts is not None else signed
        by = "self" if by_self else "guardian"
        records += [
            _consent(store, found[0], code, granted, "paper", scan.strip(), f"paper {by}", since, until, by)
            for code in purposes
        ]
    if records:
        store.put("consent", *records, actor=actor, action="paper")
        if not granted:
            for id in sorted({each["person"] for each in records}):
                recheck(store, today, about=id)
    return len(records), left


def decide_alone(store: Store, person: str, answers: Mapping[str, bool], today: date) -> int:
    """Keep what somebody decides for themselves: purpose to allowed or refused. Returns how many decisions changed.

    A yes counts from the 18th birthday on, and can be given in the 30 days before it; a no counts at once.
    Raises TooYoung, InvalidRecord.
    """
    record = store.get("person", person)
    if record is None:
        raise UnknownPerson()
    since = own_word_from(record["birth_date"], today)
    if since is None:
        raise TooYoung()
    if not answers or any(code not in PURPOSES for code in answers):
        raise InvalidRecord(problems=[{"field": "answers", "found": "nothing known", "expected": "decisions"}])
    records = [
        _consent(store, record, code, granted, "desk", None, "own desk", since if granted else today, None, "self")
        for code, granted in sorted(answers.items())
    ]
    receipt = store.put("consent", *records, actor=person, action="decide")
    if not all(answers.values()):
        recheck(store, today, about=person)
    return receipt.added + receipt.changed


def revoke(store: Store, learner: str, purpose: str, today: date, *, by: str = "guardian", actor: str = "") -> None:
    """Record that a consent was taken back, from today on; what is on its way ends. Raises UnknownPerson."""
    person = store.get("person", learner)
    if person is None:
        raise UnknownPerson()
    record = _consent(store, person, purpose, False, "told", None, f"told {by}", today, None, by)
    store.put("consent", record, actor=actor, action="revoke")
    recheck(store, today, about=learner)


def due(store: Store, today: date) -> list[dict[str, Any]]:
    """Whose consents need a look: who turns 18 within 30 days, who is enrolled at a college as well, what ends soon.

    In postsecondary education the rights are the student's own at any age: who is enrolled at both is flagged, and a
    person decides what that means here.
    """
    soon = {row["id"] for row in turning_18(store, today)}
    both = dual_enrolled(store, today)
    by_person: dict[str, list[dict[str, Any]]] = {}
    for row in store.find("consent", by="guardian", granted=True):
        if on(row, today):
            by_person.setdefault(row["person"], []).append(row)
    told = []
    for id in sorted({*soon, *both, *by_person}):
        person = store.get("person", id)
        if person is None or person["status"] == "removed":
            continue
        ending = [row["until"] for row in by_person.get(id, ()) if row["until"] is not None]
        first = min(ending, default=None)
        if id not in soon and id not in both and (first is None or first > today + timedelta(days=30)):
            continue
        own = [row for row in store.find("consent", person=id, by="self", granted=True) if _later(row, today)]
        told.append(
            {
                "person_id": person["key"],
                "turns_18": birthday_18(person["birth_date"]) if id in soon else None,
                "dual_enrolment": id in both,
                "consent_ends": first,
                "purposes": sorted({row["purpose"] for row in by_person.get(id, ())}),
                "own_consents": sorted(
                    {row["purpose"] for row in own if row["until"] is None or row["until"] >= today}
                ),
            }
        )
    return told


def _later(row: Mapping[str, Any], today: date) -> bool:
    """Whether a consent holds now or later."""
    return row["until"] is None or bool(row["until"] >= today)


def dual_enrolled(store: Store, today: date) -> set[str]:
    """Learners who are enrolled at a college and at a school on a day."""
    places: dict[str, set[str]] = {}
    kinds: dict[str, str] = {row["id"]: row["kind"] for row in store.find("organization", kind=["college", "school"])}
    for row in store.find("affiliation", relation="enrolled_at"):
        if on(row, today) and row["organization"] in kinds:
            places.setdefault(row["person"], set()).add(kinds[row["organization"]])
    return {person for person, found in places.items() if len(found) == 2}


def stop_mail(store: Store, link: Link, today: date) -> None:
    """End mails to the person of a link, or to the guardian whom it names. Said twice, it is said once."""
    if link.about:
        guardian = store.get("guardian", link.about)
        if guardian is not None and on(guardian, today):
            ended = changed(kind("guardian"), guardian, until=today - timedelta(days=1))
            store.put("guardian", ended, actor=f"guardian {guardian['id']}", action="stop")
        return
    person = store.get("person", link.person)
    if person is None:
        raise NotFound()
    record = _consent(store, person, "messages", False, "link", None, "stop", today, None, "self")
    store.put("consent", record, actor=link.person, action="stop")


def language_of(store: Store, link: Link, fallback: str) -> str:
    """The language that the person of a link reads, or the guardian whom it names."""
    if link.about and (guardian := store.get("guardian", link.about)):
        return str(guardian["language"])
    person = store.get("person", link.person)
    return str(person["languages"][0]) if person and person["languages"] else fallback


def ends(learner: Mapping[str, Any], start: date, until: date | None) -> date:
    """The last day of what a guardian signs: as said, at most a year, never beyond the day before the 18th birthday."""
    last = start + timedelta(days=YEAR)
    if until is not None:
        last = min(last, until)
    if learner["birth_date"] is not None:
        last = min(last, birthday_18(learner["birth_date"]) - timedelta(days=1))
    return last


def _both(store: Store, link: Link, today: date) -> tuple[dict[str, Any], dict[str, Any]]:
    guardian, learner = store.get("guardian", link.about), store.get("person", link.person)
    if guardian is None or learner is None or guardian["learner"] != link.person or not on(guardian, today):
        raise LinkOver()
    return guardian, learner


def _consent(
    store: Store, person: Mapping[str, Any], purpose: str, granted: bool, method: str, document: str | None, giver: str,
    since: date, until: date | None, by: str = "guardian",
) -> dict[str, Any]:  # fmt: skip
    """One decision as a record. A second one of the same giver on the same day replaces the first."""
    last = until if by == "self" else ends(person, since, until)
    record = {
        "id": store.internal_id("consent", giver, f"{person['id']}|{purpose}|{since.isoformat()}"),
        "person": person["id"],
        "purpose": purpose,
        "granted": granted,
        "by": by,
        "since": since,
        "until": last if granted else None,
        "method": method,
        "document": document,
    }
    # What would not fit its declaration is said before anything is written.
    validate_records(kind("consent"), [record])
    return record
