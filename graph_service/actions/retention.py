"""Retention: what each class of data has outlived, said before it is done; a legal hold stops it."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from graph_service import clock
from graph_service.actions.rights.holds import held
from graph_service.actions.traces import last_traces
from graph_service.disclosure.scope import Actor
from graph_service.errors import Conflict, InvalidRecord, NotYours
from graph_service.introductions.history import ENDED
from graph_service.records.inventory import ELEMENTS, RETENTION, Retention, element_of, retention_of
from graph_service.records.kind import Kind
from graph_service.records.registry import KINDS
from graph_service.store.cache import forget
from graph_service.store.evidence import Evidence
from graph_service.store.store import Store

SETTING = "retention"
#: The shortest that a class may be kept: less would undo what a district has to be able to show.
SHORTEST = 30
#: Fields that say from when a record's days count, the first that it has.
DAYS = ("until", "ended", "since", "date", "day", "taken", "signed")


@dataclass(frozen=True)
class Due:
    """What of one kind has outlived its class. held: how many more would be due, but for a legal hold."""

    retention: str
    kind: str
    fields: tuple[str, ...]
    ids: tuple[str, ...]
    held: int
    ends: str
    before: date


def days(store: Store) -> dict[str, int]:
    """Days that each class is kept: the programme's own, else the shipped ones."""
    found = store.find("setting", key=SETTING)
    own = json.loads(found[0]["value"]) if found else {}
    return {name: int(own.get(name, each.days)) for name, each in RETENTION.items()}


def set_days(store: Store, actor: Actor, choices: Mapping[str, int]) -> dict[str, int]:
    """Set how long classes are kept. Raises InvalidRecord, NotYours."""
    _may(actor)
    for name, value in choices.items():
        if name not in RETENTION or value < SHORTEST:
            expected = f"one of {', '.join(RETENTION)}, at least {SHORTEST} days"
            raise InvalidRecord(problems=[{"field": name[:40], "found": str(value), "expected": expected}])
    chosen = {**days(store), **choices}
    id = store.internal_id("setting", "local", SETTING)
    store.put("setting", {"id": id, "key": SETTING, "value": json.dumps(chosen)}, actor=actor.name, action="retention")
    return chosen


def due(store: Store, evidence: Evidence, today: date) -> list[Due]:
    """What is due on a day, by class and kind. Nothing is changed."""
    evidence.refresh()
    kept, on_hold = days(store), held(store, today)
    found = []
    for name in ("programme", "named"):
        before = today - timedelta(days=kept[name])
        people = last_traces(store, evidence, today, named_only=name == "named")
        late = sorted(id for id, day in people.items() if day < before)
        found.append(_due(RETENTION[name], "person", (), late, on_hold, late, before))
    for of in KINDS.values():
        for each, fields in _classes(of).items():
            before = today - timedelta(days=kept[each])
            rows = [row for row in _live(evidence, of) if (day := _day(of, row)) is not None and day < before]
            if fields:
                rows = [row for row in rows if any(row[field] for field in fields)]
            rows = [row for row in rows if _ended(of, row)]
            ids = sorted(row["id"] for row in rows)
            people_of = [_person(of, row) for row in sorted(rows, key=lambda row: str(row["id"]))]
            found.append(_due(RETENTION[each], of.name, fields, ids, on_hold, people_of, before))
    return [each for each in found if each.ids or each.held] + _lines(store, today - timedelta(days=kept["shown"]))


def apply(
    store: Store,
    evidence: Evidence,
    actor: Actor,
    today: date,
    *,
    confirmed: int,
    cache_dir: Path | None = None,
) -> list[Due]:
    """Do what is due, if it is no more than was confirmed. Raises Conflict, NotYours."""
    _may(actor)
    todo = due(store, evidence, today)
    total = sum(len(each.ids) for each in todo)
    if total > confirmed:
        raise Conflict(
            f"{total} are due now, and {confirmed} were confirmed. Nothing was changed. Look again, then confirm."
        )
    for each in todo:
        ids = list(each.ids)
        if each.ends == "log" and store.shown is not None:
            store.shown.end(each.before)
        elif each.ends == "text" and each.fields:
            store.empty(each.kind, ids, each.fields, actor=actor.name)
        elif ids:
            store.erase(each.kind, ids, actor=actor.name)
            if each.kind == "person" and store.shown is not None:
                store.shown.forget(ids)
    if todo and cache_dir is not None:
        forget(cache_dir, store.id)
    return todo


def _may(actor: Actor) -> None:
    if not actor.writes or actor.sites is not None or actor.role not in ("coordinator", "admin"):
        raise NotYours()


def _due(
    of: Retention,
    kind: str,
    fields: tuple[str, ...],
    ids: list[str],
    on_hold: set[str],
    people: list[Any],
    before: date,
) -> Due:
    free = tuple(id for id, person in zip(ids, people, strict=True) if person not in on_hold)
    return Due(of.name, kind, fields, free, len(ids) - len(free), of.ends, before)


def _classes(of: Kind) -> dict[str, tuple[str, ...]]:
    """Classes that end a record of the kind (no fields) or texts in it (those fields)."""
    found: dict[str, tuple[str, ...]] = {}
    whole = retention_of(of, None).name
    if of.personal is not None and whole not in ("programme", "named"):
        found[whole] = ()
    for each in of.fields:
        element = element_of(of, each)
        if each.personal and each.optional and element is not None and element.kept and element.kept not in found:
            found[element.kept] = (*found.get(element.kept, ()), each.name)
    return found


def _live(evidence: Evidence, of: Kind) -> list[dict[str, Any]]:
    import pyarrow.compute as pc

    table = evidence.table(of.name)
    rows: list[dict[str, Any]] = table.filter(pc.is_null(table["ended"])).to_pylist()
    return rows


def _day(of: Kind, row: Mapping[str, Any]) -> date | None:
    for name in DAYS:
        if name in of.by_name and isinstance(row[name], date):
            return row[name]  # type: ignore[no-any-return]
    if "ends" in of.by_name and isinstance(row["ends"], int):
        return clock.day_of(row["ends"] // 86400)
    if "moment" in of.by_name and row["moment"]:
        return date.fromisoformat(row["moment"][:10])
    return None


def _ended(of: Kind, row: Mapping[str, Any]) -> bool:
    """Whether it is over: an introduction that still moves, a hold without an end and an open account go on."""
    if of.name == "introduction":
        return row["state"] in ENDED
    if of.name == "concern":
        return bool(row["state"] == "closed")
    if "until" in of.by_name and of.name != "clearance":
        return row["until"] is not None
    return True


def _person(of: Kind, row: Mapping[str, Any]) -> str | None:
    return next((row[each.name] for each in of.references if each.type.target == "person" and not each.roles), None)


def _lines(store: Store, before: date) -> list[Due]:
    if store.shown is None:
        return []
    old = tuple(each.day.isoformat() for each in store.shown.entries(until=before - timedelta(days=1)))
    return [Due("shown", "what was shown", (), old, 0, "log", before)] if old else []


assert set(RETENTION) >= {each.kept for each in ELEMENTS.values() if each.kept}
