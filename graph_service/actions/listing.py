"""Introductions as staff read them: people by own key, whose turn it is, until when, and the steps so far."""

import re
from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from graph_service import clock
from graph_service.actions.choosing import calendar_of
from graph_service.actions.moves import ENDS, history, parties
from graph_service.disclosure.scope import Actor
from graph_service.errors import NotFound, UnknownParameter
from graph_service.introductions.history import ENDED
from graph_service.introductions.waiting import state_on, wait
from graph_service.introductions.workflow import workflow
from graph_service.records.vocabulary import vocabulary
from graph_service.store.store import Store

#: From where a list goes on: ended or not, since when, which.
MARK = r"[01]\.\d{4}-\d{2}-\d{2}\.[a-z0-9]{1,40}"
COLUMNS = (
    "id", "version", "learner", "connector", "target", "state", "since", "waits_for", "due", "ask", "group",
)  # fmt: skip


def listed(
    store: Store, actor: Actor, *, state: str | None = None, learner: str | None = None, today: date | None = None
) -> list[dict[str, Any]]:
    """The introductions of the actor's own sites, those that wait longest first; the ended ones last.

    state: one state, or `open`, or None for all; learner: internal id. `state` is what the clock makes of it.
    """
    equals: dict[str, Any] = {} if learner is None else {"learner": learner}
    day, calendar = today or clock.today(), calendar_of(store)
    rows = [row for row in store.find("introduction", **equals) if parties(actor, row, store) & {"coordinator", "lead"}]
    keys = own_keys(store, {row[end] for row in rows for end in ENDS})
    told = []
    for row in rows:
        now, waiting = state_on(row, day, calendar), wait(row, day, calendar)
        if state not in (None, now) and not (state == "open" and now not in ENDED):
            continue
        ended = now in ENDED
        more = {"state": now, "waits_for": None if ended else waiting.party, "due": None if ended else waiting.due}
        told.append({name: ({**row, **more}[name]) for name in COLUMNS} | {end: keys[row[end]] for end in ENDS})
    return sorted(told, key=_order)


def _order(row: Mapping[str, Any]) -> tuple[bool, str, str]:
    return row["state"] in ENDED, str(row["since"]), row["id"]


def paged(rows: list[dict[str, Any]], after: str, limit: int) -> tuple[list[dict[str, Any]], str]:
    """The next rows of a list after one, and the mark to go on from ("" at the end).

    The mark is the place in the order, not a number of rows: what is added or moved meanwhile shifts nothing.
    Raises UnknownParameter for what is no mark.
    """
    if after:
        if not re.fullmatch(MARK, after):
            raise UnknownParameter("`after` is what the page before gave.")
        ended, since, id = after.split(".")
        rows = [row for row in rows if _order(row) > (ended == "1", since, id)]
    if len(rows) <= limit:
        return rows, ""
    ended, since, id = _order(rows[limit - 1])  # type: ignore[assignment]
    return rows[:limit], f"{int(ended)}.{since}.{id}"


def told(store: Store, actor: Actor, id: str, *, today: date | None = None) -> dict[str, Any]:
    """One introduction with its steps and what the actor may do next. Raises NotFound, also out of scope."""
    record = store.get("introduction", id)
    if record is None or not (mine := parties(actor, record, store)) & {"coordinator", "lead"}:
        raise NotFound("There is no such introduction.")
    day, calendar = today or clock.today(), calendar_of(store)
    steps = history(store, id)
    keys = own_keys(store, {*(record[end] for end in ENDS), *(step["actor"] for step in steps)})
    label = vocabulary("introduction_states")
    waiting, now = wait(record, day, calendar), state_on(record, day, calendar)
    return {
        "id": id,
        "version": record["version"],
        **{end: keys[record[end]] for end in ENDS},
        "state": now,
        "label": label.label(now),
        "since": str(record["since"]),
        "waits_for": None if now in ENDED else waiting.party,
        "due": str(waiting.due) if waiting.due and now not in ENDED else None,
        "ask": record["ask"],
        "goal": record["goal"],
        "group": record["group"],
        "message": record["message"],
        "meeting": str(record["meeting"]) if record["meeting"] else None,
        "moves": workflow().possible(record["state"], mine),
        "steps": [
            {
                "step": step["step"],
                "date": str(step["date"]),
                "from": step["source"],
                "to": step["state"],
                "by": keys.get(step["actor"], step["actor"]),
                "as": step["role"],
                "reason": step["reason"],
                "note": step["note"],
            }
            for step in steps
        ],
        "outcomes": [
            {"step": row["step"], "date": str(row["date"]), "resource": row["resource"]}
            for row in sorted(store.find("introduction_outcome", introduction=id), key=_rung)
        ],
    }


def _rung(row: Mapping[str, Any]) -> tuple[str, int]:
    """By day; of one day as the ladder goes."""
    return str(row["date"]), vocabulary("outcome_steps").codes.index(row["step"])


def offers(store: Store, actor: Actor, record: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The moves that an actor may make now, and those answers of others that staff may write down.

    Each: move, party (whose answer it is; None for the actor's own move), needs (`reason`, `date`).
    """
    mine, found = parties(actor, record, store), []
    for each in workflow().moves:
        if each.source != record["state"]:
            continue
        needs = tuple(name for name in each.requires if name != "gates")
        if mine & set(each.by):
            found.append({"move": each.name, "party": None, "needs": needs})
        elif "coordinator" in mine and (end := next((name for name in ENDS if name in each.by), None)):
            found.append({"move": each.name, "party": end, "needs": needs})
    return found


def record_of(store: Store, actor: Actor, id: str) -> Mapping[str, Any]:
    """The record of an introduction of the actor's own sites. Raises NotFound, also out of scope."""
    record = store.get("introduction", id)
    if record is None or not parties(actor, record, store) & {"coordinator", "lead"}:
        raise NotFound("There is no such introduction.")
    return record


def own_keys(store: Store, ids: Iterable[str]) -> dict[str, str]:
    """People's own keys by internal id; who is no longer there is left out."""
    found = ((id, store.get("person", id)) for id in sorted(set(ids)))
    return {id: row["key"] for id, row in found if row is not None}
