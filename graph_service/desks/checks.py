"""Checks of adults: who supervises a running placement and until when their check holds; everybody's, as a list."""

from collections.abc import Mapping, Set
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from graph_service.desks.coordinator import about_scope
from graph_service.desks.naming import display_name, names_of, organization_name
from graph_service.desks.views.setup import AdultCheck, AdultChecks
from graph_service.desks.work import work_of
from graph_service.disclosure.scope import ScopedReader
from graph_service.wbl.work import Work

#: A check that ends within so many days is due.
SOON = timedelta(days=30)
#: Adults on one page.
SHOWN = 200


@dataclass(frozen=True)
class Supervising:
    """An adult who supervises a running placement of these learners; until: the last day of the check, None: none."""

    adult: str
    until: date | None
    learners: tuple[str, ...]


def supervising(work: Work, learners: Set[str], as_of: date) -> list[Supervising]:
    """Supervisors of these learners whose check does not hold, or ends soon: those without one first."""
    supervised = _supervised(work, learners)
    last = _last(work.rows("clearance"))
    found = []
    for adult, ids in supervised.items():
        row = last.get(adult)
        until = row["until"] if row is not None and row["result"] == "cleared" else None
        if row is not None and row["result"] == "cleared" and (until is None or until > as_of + SOON):
            continue
        found.append(Supervising(adult, until, tuple(sorted(ids))))
    return sorted(found, key=lambda each: (each.until or date.min, each.adult))


def _supervised(work: Work, learners: Set[str]) -> dict[str, list[str]]:
    supervised: dict[str, list[str]] = {}
    for row in work.experiences.values():
        if row["state"] == "running" and row["supervisor"] and row["learner"] in learners:
            supervised.setdefault(row["supervisor"], []).append(row["learner"])
    return supervised


def _last(rows: Any) -> dict[str, Mapping[str, Any]]:
    """The latest word on each adult's record check."""
    ordered = sorted((row for row in rows if row["kind"] == "record_check"), key=lambda row: (row["since"], row["id"]))
    return {row["person"]: row for row in ordered}


def adult_checks(reader: ScopedReader, as_of: date) -> AdultChecks:
    """Every adult with the state of the check: whoever supervises and has none first, then what ends soonest."""
    snapshot = reader.snapshot(as_of)
    people = snapshot.people
    assert people is not None
    ids = people.ids
    mine = {ids[at] for at in reader.learners(snapshot).tolist()}
    work = work_of(reader, as_of)
    supervised, last = _supervised(work, mine), _last(work.rows("clearance"))
    names = names_of(reader, as_of, sorted({learner for each in supervised.values() for learner in each}))
    rows = []
    for at in ((~people.learner) & ~reader.unseen(snapshot)).nonzero()[0].tolist():
        row = last.get(ids[at])
        until = row["until"] if row is not None else None
        rows.append(
            AdultCheck(
                person=ids[at],
                key=str(snapshot.keys[at]),
                name=display_name(snapshot, at),
                place=organization_name(snapshot, int(people.employer[at])),
                state=_state(row, as_of),
                until=until,
                supervises=tuple(names[each] for each in sorted(set(supervised.get(ids[at], ())))),
            )
        )
    rows.sort(key=lambda each: (not each.supervises, ORDER.index(each.state), each.until or date.max, each.name))
    return AdultChecks(
        about=about_scope(reader, as_of),
        rows=tuple(rows[:SHOWN]),
        total=len(rows),
        counts={state: sum(each.state == state for each in rows) for state in ORDER},
    )


#: States of a check, what needs doing first.
ORDER = ("over", "missing", "refused", "pending", "ends_soon", "valid")


def _state(row: Mapping[str, Any] | None, as_of: date) -> str:
    if row is None:
        return "missing"
    if row["result"] != "cleared":
        return str(row["result"])
    if row["until"] is None or row["until"] > as_of + SOON:
        return "valid"
    return "over" if row["until"] < as_of else "ends_soon"
