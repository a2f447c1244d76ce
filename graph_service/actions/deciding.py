"""The page behind a mailed link: what one adult is asked about one introduction, and the answer.

Looking changes nothing: mail scanners open links. What the link alone shows of a learner is the goal and, where it may
be told, the first name; of the other adult the first name. Everything else asks for a mailed code.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from graph_service import clock
from graph_service.actions.addresses import consent, is_minor
from graph_service.actions.choosing import calendar_of
from graph_service.actions.links import Link, LinkOver
from graph_service.actions.moves import history, move
from graph_service.disclosure.scope import Actor
from graph_service.errors import Conflict, StaleVersion, UsageError
from graph_service.introductions.history import ASKED, ENDED
from graph_service.introductions.visibility import fields, furthest
from graph_service.introductions.waiting import wait
from graph_service.introductions.workflow import GateClosed, WrongState
from graph_service.records.vocabulary import vocabulary
from graph_service.store.store import Store

ANSWERS = ("accept", "later", "no")
#: Reasons that an adult can give, of which staff alone read.
REASONS = tuple(code for code, who in vocabulary("introduction_reasons").column("used_by").items() if who == "adult")
NO_REASON = "not_this_time"
#: An ask that was put off is not reminded of for so many days.
LATER_DAYS = 7
_ASKED_IN = {party: state for state, party in ASKED.items()}
_AGREE = {"connector": "connector_agree", "target": "target_agree"}
_AGREED_IN = {"connector": "connector_agreed", "target": "target_agreed"}


class CannotGoOn(Conflict):
    """A gate closed meanwhile. Which one is for staff alone: it may be about the learner, or about somebody else."""

    code, title = "cannot_go_on", "This introduction cannot go on"
    hint = "It says nothing about you."


@dataclass(frozen=True)
class Question:
    """What the link shows.

    stage: asked, later (put off), yes, made, met, no, over. goal: code of a career cluster, or None (exploring).
    first_name: the learner's, where it may be told. other: the other adult's first name. due: last day for an answer.
    """

    introduction: str
    party: str
    stage: str
    version: int
    ask: str
    goal: str | None
    first_name: str | None
    other: str | None
    due: date | None
    meeting: date | None
    cancellable: bool


def question(store: Store, link: Link, today: date) -> Question:
    """What one link shows today. Raises LinkOver where there is nothing to show (any more)."""
    record = _record(store, link)
    steps = history(store, link.about)
    sees = fields(link.party, furthest(steps))
    stage = _stage(store, record, steps, link, today)
    if not sees or stage == "over":
        raise LinkOver()
    learner = store.get("person", record["learner"])
    other = store.get("person", record["target" if link.party == "connector" else "connector"])
    if learner is None or other is None:
        raise LinkOver()
    named = "learner_first_name" in sees or (
        "learner_first_name_if_shared" in sees and _shares_name(store, learner, today)
    )
    waiting = wait(record, today, calendar_of(store))
    # After a no the learner's affairs are no longer the adult's.
    shows_learner = stage != "no"
    if shows_learner and store.shown is not None:
        store.shown.note(clock.today(), f"link {link.person}", "mentor", "question behind a link", [record["learner"]])
    return Question(
        introduction=link.about,
        party=link.party,
        stage=stage,
        version=record["version"],
        ask=record["ask"],
        goal=record["goal"] if shows_learner else None,
        first_name=learner["given_name"] if named and shows_learner else None,
        other=other["given_name"],
        due=waiting.due if stage in ("asked", "later") else None,
        meeting=record["meeting"] if stage in ("made", "met") else None,
        cancellable=record["state"] == _AGREED_IN[link.party],
    )


def answer(store: Store, link: Link, said: str, version: int, *, reason: str | None = None, today: date) -> Question:
    """Take an answer that was given on a page which showed a version; returns what the link shows then.

    The same answer again changes nothing. Raises LinkOver, StaleVersion (it moved on while the page was open),
    UsageError, CannotGoOn.
    """
    if said not in ANSWERS or (reason is not None and reason not in REASONS):
        raise UsageError("Answers are accept, later, no; reasons are those of the form.")
    before = question(store, link, today)
    wanted = {"accept": ("yes", "made", "met"), "later": ("later",), "no": ("no",)}[said]
    if before.stage in wanted:
        return before
    if before.version != version:
        raise StaleVersion(version=before.version)
    actor = Actor("link", "adult", frozenset(), link.person)
    if said == "later":
        if before.stage != "asked":
            raise WrongState()
        _put_off(store, link, today)
    else:
        name = _AGREE[link.party] if said == "accept" else "decline"
        why = None if said == "accept" else reason or NO_REASON
        try:
            move(store, actor, link.about, name, version, today=today, reason=why)
        except (StaleVersion, WrongState):
            # Another tab was quicker: whether with the same answer is seen by looking again.
            after = question(store, link, today)
            if after.stage not in wanted:
                raise Conflict("It was answered otherwise in the meantime.") from None
            return after
        except GateClosed:
            raise CannotGoOn() from None
    return question(store, link, today)


def put_off(store: Store, introduction: str, person: str, today: date) -> bool:
    """Whether somebody said "later" a short while ago."""
    found = store.get("later", _later_id(store, introduction, person))
    return found is not None and bool(found["until"] >= today)


def _put_off(store: Store, link: Link, today: date) -> None:
    record = {"introduction": link.about, "person": link.person, "date": today}
    until = today + timedelta(days=LATER_DAYS)
    id = _later_id(store, link.about, link.person)
    store.put("later", {"id": id, "until": until, **record}, actor=link.person, action="later")


def _later_id(store: Store, introduction: str, person: str) -> str:
    return store.internal_id("later", "link", f"{introduction}|{person}")


def _record(store: Store, link: Link) -> Mapping[str, Any]:
    record = store.get("introduction", link.about)
    if record is None or link.party not in _AGREE or record[link.party] != link.person:
        raise LinkOver()
    return record


def _stage(store: Store, record: Mapping[str, Any], steps: list[dict[str, Any]], link: Link, today: date) -> str:
    state = record["state"]
    if state == _ASKED_IN[link.party]:
        if wait(record, today, calendar_of(store)).over:
            return "over"
        return "later" if put_off(store, link.about, link.person, today) else "asked"
    if state in ("made", "met"):
        return str(state)
    if state == "followed_up":
        return "met"
    if state == "declined" and steps[-1]["role"] == link.party:
        return "no"
    if state in ENDED:
        return "over"
    # Of what lies between the yes and the meeting the adult hears that it is on its way; before the yes, nothing.
    said_yes = any(step["state"] == _AGREED_IN[link.party] for step in steps)
    asked_again = state in ("suggested", "requested", "approved") or (
        link.party == "target" and state in ("connector_asked", "connector_agreed")
    )
    return "yes" if said_yes and not asked_again else "over"


def _shares_name(store: Store, learner: Mapping[str, Any], today: date) -> bool:
    rows = store.find("consent", person=learner["id"])
    return consent(rows, "share_name", is_minor(learner, today), today) is True
