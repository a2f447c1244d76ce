"""The thread of an introduction: the people in it write, and the coordinator reads every line.

Before the introduction is made the three do not know of each other's answers: what one of them writes is read by the
coordinator alone. From then on they read each other. A line is never changed; whoever wrote it can take it back.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from graph_service import clock
from graph_service.actions.moves import history, parties
from graph_service.actions.notices import ENDS, collect_remark
from graph_service.disclosure.scope import Actor
from graph_service.errors import InvalidRecord, NotFound, NotYours
from graph_service.introductions.visibility import fields, furthest
from graph_service.introductions.workflow import workflow
from graph_service.store.store import Store

LONGEST = 2000
#: What would take a conversation out of the thread: an address or a telephone number.
ELSEWHERE = re.compile(r"[\w.+-]+@[\w-]+\.[\w.]+|(?:\+|\b)\d[\d\s().-]{6,}\d\b")
STAFF = "coordinator"


@dataclass(frozen=True)
class Line:
    """id; who: first name (staff by whole name); party; moment (UTC, ISO); text; own; elsewhere: for staff, a hint."""

    id: str
    who: str
    party: str
    moment: str
    text: str
    own: bool
    elsewhere: bool


@dataclass(frozen=True)
class Thread:
    """with_: the first names of the others who read along; open: everybody in it reads it."""

    introduction: str
    party: str
    others: tuple[str, ...]
    open: bool
    lines: tuple[Line, ...]
    writes: bool


def thread(store: Store, actor: Actor, introduction: str) -> Thread:
    """The lines that an actor may read. Raises NotFound, also where the introduction is none of the actor's."""
    record, party = _part(store, actor, introduction)
    is_open = _is_open(store, introduction)
    rows = sorted(store.find("remark", introduction=introduction), key=lambda row: (row["moment"], row["id"]))
    lines = [_line(store, actor, row, party) for row in rows if _reads(row, party, actor)]
    return Thread(
        introduction=introduction,
        party=party,
        others=_others(store, record, party) if is_open or party == STAFF else (),
        open=is_open,
        lines=tuple(lines),
        writes=not workflow().states[record["state"]].ends or party == STAFF,
    )


def say(store: Store, actor: Actor, introduction: str, text: str, *, today: date, repeat: str) -> str:
    """Write a line. Returns its id; the same `repeat` is one line. Raises NotFound, NotYours, InvalidRecord."""
    record, party = _part(store, actor, introduction)
    said = text.strip()
    if not said or len(said) > LONGEST:
        raise InvalidRecord(
            problems=[{"field": "text", "found": f"{len(said)} characters", "expected": f"1 to {LONGEST}"}]
        )
    if party == "lead" or (workflow().states[record["state"]].ends and party != STAFF):
        raise NotYours("This thread is closed.")
    writer = actor.person or actor.name
    id = store.internal_id("remark", writer, f"{introduction}|{repeat}")
    if store.get("remark", id) is not None:
        return id
    values = {"introduction": introduction, "writer": actor.person, "party": party, "date": today, "text": said}
    shared = party == STAFF or _is_open(store, introduction)
    moment = clock.now().isoformat(timespec="microseconds")
    store.put("remark", {"id": id, "moment": moment, "shared": shared, **values}, actor=writer, action="remark")
    readers = [end for end in ENDS if shared and end != party and _told(store, introduction, end)]
    collect_remark(store, record, id, [*readers, *([] if party == STAFF else [STAFF])], today)
    return id


def take_back(store: Store, actor: Actor, id: str) -> None:
    """Take back a line of one's own; staff still find it in the record's history. Raises NotFound."""
    record = store.get("remark", id)
    if record is None or actor.person is None or record["writer"] != actor.person:
        raise NotFound("There is no such line of yours.")
    store.retract("remark", [id], actor=actor.person, action="remark:back")


def _part(store: Store, actor: Actor, introduction: str) -> tuple[dict[str, Any], str]:
    """The introduction and the actor's part in it. Raises NotFound."""
    record = store.get("introduction", introduction)
    mine = parties(actor, record, store) if record is not None else set()
    for party in (*ENDS, STAFF, "lead"):
        if record is not None and party in mine and (party not in ENDS or _told(store, introduction, party)):
            return record, party
    raise NotFound("There is no such introduction.")


def _told(store: Store, introduction: str, party: str) -> bool:
    """Whether somebody has heard of the introduction by now."""
    return bool(fields(party, furthest(history(store, introduction))))


def _is_open(store: Store, introduction: str) -> bool:
    return any(step["state"] == "made" for step in history(store, introduction))


def _reads(row: Mapping[str, Any], party: str, actor: Actor) -> bool:
    return party in (STAFF, "lead") or bool(row["shared"]) or row["writer"] == actor.person


def _line(store: Store, actor: Actor, row: Mapping[str, Any], party: str) -> Line:
    writer = store.get("person", row["writer"]) if row["writer"] else None
    staff = party in (STAFF, "lead")
    names = ("given_name", "family_name") if row["party"] == STAFF or staff else ("given_name",)
    who = " ".join(str(writer[name]) for name in names if writer and writer[name])
    return Line(
        id=row["id"],
        who=who,
        party=row["party"],
        moment=row["moment"],
        text=row["text"],
        own=actor.person is not None and row["writer"] == actor.person,
        elsewhere=staff and ELSEWHERE.search(row["text"]) is not None,
    )


def _others(store: Store, record: Mapping[str, Any], party: str) -> tuple[str, ...]:
    people = (store.get("person", record[end]) for end in ENDS if end != party)
    return tuple(str(each["given_name"]) for each in people if each and each["given_name"])
