"""Moves of introductions: authorise, look at the gates, one write, receipt. Every step is a record."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from graph_service import clock
from graph_service.actions.about import About
from graph_service.actions.choosing import calendar_of
from graph_service.actions.places import Write, book, reserve, standing
from graph_service.disclosure.scope import Actor, covers
from graph_service.errors import CapacityFull, NotFound, NotYours, StaleVersion, StoreBusy, UsageError
from graph_service.introductions.history import BACK, month_of
from graph_service.introductions.recheck import refused
from graph_service.introductions.visibility import NOT_THIS_TIME, phase
from graph_service.introductions.waiting import state_on
from graph_service.introductions.workflow import FIRST, GateClosed, Move, workflow
from graph_service.records.registry import kind
from graph_service.store.store import Store

#: How often a move is tried again when something that it looked at has changed meanwhile.
TRIES = 8
#: Who acts when a deadline passes or a gate closes.
SYSTEM = Actor("system", "system")
ENDS = ("learner", "connector", "target")
STAFF = ("coordinator", "admin")
#: Parties that are told why a move is refused.
TOLD_WHY = {"coordinator", "lead", "system"}
FIELDS = tuple(each.name for each in kind("introduction").fields)


@dataclass(frozen=True)
class Moved:
    """What a move did: the introduction's state and version now, and the revision that it took."""

    introduction: str
    state: str
    version: int
    revision: int

    @property
    def phase(self) -> str:
        """What a learner is told of the state."""
        return phase(self.state)


def parties(actor: Actor, introduction: Mapping[str, Any], store: Store) -> set[str]:
    """The parts that an actor has in an introduction; none: it is none of the actor's business."""
    if actor.role == "system":
        return {"system"}
    found = {name for name in ENDS if actor.person and introduction[name] == actor.person}
    if actor.role in STAFF and covers(store, actor, introduction["learner"]):
        found.add("coordinator")
    if actor.role == "lead":
        found.add("lead")
    return found


def history(store: Store, id: str) -> list[dict[str, Any]]:
    """The steps of an introduction, oldest first."""
    return sorted(store.find("introduction_event", introduction=id), key=lambda row: int(row["step"]))


def propose(
    store: Store,
    actor: Actor,
    learner: str,
    connector: str,
    target: str,
    *,
    today: date | None = None,
    ask: str = "talk",
    goal: str | None = None,
    group: str | None = None,
    assigned: bool = False,
    terms: str | None = None,
) -> Moved:
    """Put a suggestion on its way: the first record of an introduction. People are internal ids.

    Raises NotYours (not staff, or another site), GateClosed, StaleVersion when it is on its way already.
    """
    day = today or clock.today()
    ends = {"learner": learner, "connector": connector, "target": target}
    if len(set(ends.values())) < 3:
        raise UsageError("An introduction has three different people: learner, connector and target.")
    if "coordinator" not in parties(actor, ends, store):
        raise NotYours()

    def write() -> tuple[Write, str, int]:
        about = About(store, list(ends.values()))
        if gates := refused(about, learner, connector, target, day, fresh=True):
            raise GateClosed(gates=gates) if gates != ["in_flight"] else StaleVersion("It is on its way already.")
        before = [row for row in about.rows("introduction") if row["target"] == target]
        id = store.internal_id("introduction", "introduction", f"{learner}|{target}|{len(before) + 1}")
        made = Write({}, about.expected() | {("introduction", id): 0}, about.guards())
        record = ends | {"state": FIRST, "since": day, "suggested": day, "ask": ask, "goal": goal, "group": group}
        made.add("introduction", id=id, assigned=assigned, terms=terms, **record)
        made.add("introduction_event", **_event(store, id, 1, day, None, FIRST, actor, "coordinator"))
        return made, id, 1

    return _tried(store, actor, "propose", write)


def move(
    store: Store,
    actor: Actor,
    id: str,
    name: str,
    version: int,
    *,
    today: date | None = None,
    reason: str | None = None,
    note: str | None = None,
    meeting: date | None = None,
    message: str | None = None,
    answer_of: str | None = None,
) -> Moved:
    """Make one move of an introduction that was read at a version.

    answer_of: `learner`, `connector` or `target`, whose answer staff record (given on the telephone, say); the
    step then names both, the party and who recorded it.

    Raises NotFound, StaleVersion (somebody moved it meanwhile), WrongState, NotYours, UsageError (a reason or
    a date is missing), GateClosed, CapacityFull. Nothing is written unless all of it is.
    """
    now = today or clock.today()

    def write() -> tuple[Write, str, int]:
        record = store.get("introduction", id)
        if record is None:
            raise NotFound("There is no such introduction.")
        mine = parties(actor, record, store)
        if not mine:
            raise NotFound("There is no such introduction.")
        # Whoever is no staff is told neither the state nor the version nor the gate: each would say who did what.
        staff = bool(mine & TOLD_WHY)
        if record["version"] != version:
            raise StaleVersion(kind="introduction", version=record["version"]) if staff else StaleVersion()
        mine = _answering(mine, answer_of)
        arrow = (workflow().find if staff else workflow().find_blind)(name, record["state"], mine)
        # A clock that was set back does not rewrite the past: no step is dated before the one it follows.
        day = max(now, record["since"])
        _require(arrow, reason, meeting, day)
        try:
            made = _begin(store, record, arrow, day)
        except GateClosed as closed:
            raise closed if staff else GateClosed() from None
        role = next(party for party in arrow.by if party in mine)
        after = {field: record[field] for field in FIELDS} | {"state": arrow.to, "since": day}
        after |= {"requested": day} if arrow.name == "request" else {}
        after |= {} if message is None else {"message": message}
        after |= {} if meeting is None else {"meeting": meeting}
        if arrow.name == "meet":
            _met(store, made, record, meeting or day, role)
        step = len(store.find("introduction_event", introduction=id)) + 1
        more = {"reason": reason, "note": note}
        made.add("introduction_event", **_event(store, id, step, day, arrow.source, arrow.to, actor, role, **more))
        if arrow.reserves and standing(store, made, record, arrow.reserves[0], day):
            agreed = _yes_of(arrow)
            adult = Actor("standing consent", "adult", person=record[arrow.reserves[0]])
            made.add(
                "introduction_event", **_event(store, id, step + 1, day, arrow.to, agreed.to, adult, arrow.reserves[0])
            )
            after["state"] = agreed.to
        made.add("introduction", id=id, **after)
        return made, id, version + 1

    return _tried(store, actor, name, write)


def version_of_phase(store: Store, actor: Actor, id: str, read: str, today: date) -> int:
    """The version of an introduction whose phase a learner read; -1, which is stale, where the phase is another now.

    A learner is told no versions: their number would tell how far it had come, and so who said no.
    """
    record = store.get("introduction", id)
    if record is None or record["learner"] != actor.person:
        raise NotFound("There is no such introduction.")
    now = phase(state_on(record, today, calendar_of(store)))
    # What is over by the clock is over, whether or not a job has recorded it.
    return int(record["version"]) if now == read != NOT_THIS_TIME else -1


def _answering(mine: set[str], answer_of: str | None) -> set[str]:
    if answer_of is None:
        return mine
    if "coordinator" not in mine or answer_of not in ENDS:
        raise NotYours()
    return {answer_of}


def _yes_of(asking: Move) -> Move:
    """The yes that answers an ask: the asked adult's arrow that leads on."""
    flow = workflow()
    return next(
        m for m in flow.moves if m.source == asking.to and m.by == asking.reserves and not flow.states[m.to].ends
    )


def _tried(store: Store, actor: Actor, action: str, write: Callable[[], tuple[Write, str, int]]) -> Moved:
    """Look, decide, write; once more from the look when something has changed in between."""
    for _ in range(TRIES):
        made, id, version = write()
        try:
            receipt = made.run(store, actor.person or actor.name, f"introduction:{action}")
        except (StaleVersion, CapacityFull):
            # Whether it was the introduction itself, a place, or a consent: the next look tells it apart.
            continue
        return Moved(id, made.tables["introduction"][-1]["state"], version, receipt.revision)
    raise StoreBusy("Others keep changing what this move depends on. Try again in a moment.")


def _require(arrow: Move, reason: str | None, meeting: date | None, today: date) -> None:
    if "reason" in arrow.requires and reason is None:
        raise UsageError(f"{arrow.name} needs a reason; it is shown to staff alone.")
    if "date" in arrow.requires and meeting is None:
        raise UsageError(f"{arrow.name} needs the day of the meeting.")
    if "date" in arrow.requires and meeting is not None and meeting > today:
        raise UsageError("The day of a meeting that took place is not in the future.")


def _begin(store: Store, record: Mapping[str, Any], arrow: Move, day: date) -> Write:
    """The conditions of a move, and what becomes of reserved places."""
    made = Write({}, {("introduction", record["id"]): record["version"]}, [])
    ends = [record[name] for name in ENDS]
    if "gates" in arrow.requires:
        about = About(store, ends)
        if gates := refused(about, ends[0], ends[1], ends[2], day):
            raise GateClosed(gates=gates)
        made.expect |= about.expected()
        made.guards += about.guards()
    before, after = workflow().states[arrow.source], workflow().states[arrow.to]
    had, has = {*before.holds, *before.spends}, {*after.holds, *after.spends}
    others = _others(store, record, made) if record["group"] and had else []
    for side in ("connector", "target"):
        if side in arrow.reserves:
            reserve(store, made, record, side, day)
        elif side in had and side not in has and not _still_held(others, side):
            book(store, made, record, side, BACK)
        elif side in before.holds and side in after.spends:
            book(store, made, record, side, month_of(day))
    return made


def _others(store: Store, record: Mapping[str, Any], made: Write) -> Sequence[Mapping[str, Any]]:
    """The other members of the group; that they stay as they are is a condition of the write."""
    found = [row for row in store.find("introduction", group=record["group"]) if row["id"] != record["id"]]
    made.expect |= {("introduction", row["id"]): row["version"] for row in found}
    return found


def _still_held(others: Sequence[Mapping[str, Any]], side: str) -> bool:
    states = workflow().states
    return any(side in (*states[row["state"]].holds, *states[row["state"]].spends) for row in others)


def _event(
    store: Store,
    id: str,
    step: int,
    day: date,
    source: str | None,
    state: str,
    actor: Actor,
    role: str,
    **more: Any,
) -> dict[str, Any]:
    """One step as its record; its id is that of the introduction and the step, so that no step is there twice."""
    return {
        "id": store.internal_id("introduction_event", "introduction", f"{id}|{step}"),
        "introduction": id,
        "step": step,
        "date": day,
        "source": source,
        "state": state,
        "actor": actor.person or actor.name,
        "role": role,
        **more,
    }


def _met(store: Store, made: Write, record: Mapping[str, Any], day: date, role: str) -> None:
    """The meeting as a contact of the pair, so that the tie it begins is evidence like any other."""
    interaction = store.internal_id("interaction", "introduction", f"{record['id']}|met")
    ends = [{"id": record["learner"], "role": "learner"}, {"id": record["target"], "role": "adult"}]
    made.add(
        "interaction",
        id=interaction,
        date=day,
        kind="introduction_meeting",
        participants=ends,
        source="introductions",
        asserted_by=role,
        evidence="verified" if role == "coordinator" else "stated",
        introduced_by=record["id"],
    )
    made.add(
        "introduction_outcome",
        id=store.internal_id("introduction_outcome", "introduction", f"{record['id']}|met"),
        introduction=record["id"],
        step="met",
        date=day,
        interaction=interaction,
    )
