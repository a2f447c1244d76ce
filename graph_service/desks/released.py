"""The tables that may leave the programme, each a declaration: what is counted, by what. All counts go through the log.

A new table is a line here: rows and columns are attributes of learners, computed from a snapshot.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np

from graph_service.desks.naming import organization_name
from graph_service.disclosure.differencing import Label
from graph_service.disclosure.scope import ScopedReader
from graph_service.disclosure.suppression import Published, Rule
from graph_service.disclosure.tables import Table, two_way
from graph_service.errors import UnknownParameter
from graph_service.measures import catalogue
from graph_service.records.vocabulary import vocabulary
from graph_service.snapshot.rows import known, on_day
from graph_service.snapshot.snapshot import Snapshot

NOTHING = "not recorded"
GROUPS = ("nothing_recorded", "none_professional", "few", "connected")
#: Days between the two looks of a table of changes.
CHANGE_DAYS = 180

#: An attribute: for each of some learners (positions) its value.
Attribute = Callable[[ScopedReader, Snapshot, np.ndarray], list[str]]


def network(reader: ScopedReader, snapshot: Snapshot, rows: np.ndarray) -> list[str]:
    """How much network: nothing recorded, none professional, one or two, more."""
    columns = catalogue.compute(snapshot, ("recorded_contacts", "professional_network_size"))
    recorded, professional = (columns[id].values[rows] for id in ("recorded_contacts", "professional_network_size"))
    place = np.where(recorded == 0, 0, np.where(professional == 0, 1, np.where(professional <= 2, 2, 3)))
    return [GROUPS[at] for at in place.tolist()]


def before(reader: ScopedReader, snapshot: Snapshot, rows: np.ndarray) -> list[str]:
    """The same half a year earlier."""
    assert snapshot.as_of is not None
    earlier = reader.snapshot(snapshot.as_of - timedelta(days=CHANGE_DAYS))
    assert snapshot.people is not None and earlier.people is not None
    places = {id: at for at, id in enumerate(earlier.people.ids)}
    there = np.array([places.get(snapshot.people.ids[at], -1) for at in rows.tolist()], np.int64)
    told = network(reader, earlier, np.maximum(there, 0)) if len(earlier) else [NOTHING] * len(rows)
    return [f"was {value}" if at >= 0 else NOTHING for at, value in zip(there.tolist(), told, strict=True)]


def site(reader: ScopedReader, snapshot: Snapshot, rows: np.ndarray) -> list[str]:
    """Where the learner is enrolled."""
    assert snapshot.people is not None
    keys = snapshot.people.organizations.keys()
    # Names may repeat, keys do not.
    return [
        f"{organization_name(snapshot, at)} ({keys[at]})" if at >= 0 else NOTHING
        for at in snapshot.people.site[rows].tolist()
    ]


def grade(reader: ScopedReader, snapshot: Snapshot, rows: np.ndarray) -> list[str]:
    """The school grade, as the school writes it."""
    assert snapshot.people is not None
    values = snapshot.people.table["grade"].to_pylist()
    return [values[at] or NOTHING for at in rows.tolist()]


def goal(reader: ScopedReader, snapshot: Snapshot, rows: np.ndarray) -> list[str]:
    """Whether the learner aims for something: one cluster, several, exploring."""
    assert snapshot.people is not None
    goals = snapshot.people.table["goals"].to_pylist()
    exploring = snapshot.people.table["exploring"].to_pylist()
    return [
        "exploring"
        if exploring[at]
        else ("none", "one")[len(goals[at] or ())]
        if len(goals[at] or ()) < 2
        else "several"
        for at in rows.tolist()
    ]


def subgroup(attribute: str) -> Attribute:
    """A learner's value of an attribute for equity; the latest that is known."""

    def values(reader: ScopedReader, snapshot: Snapshot, rows: np.ndarray) -> list[str]:
        assert snapshot.people is not None
        found = known(reader.table("subgroup"), snapshot.revision).to_pylist()
        mine = sorted(
            (row for row in found if row["attribute"] == attribute),
            key=lambda row: (str(row["since"] or ""), row["id"]),
        )
        told = {row["person"]: row["value"] for row in mine}
        return [told.get(snapshot.people.ids[at], NOTHING) for at in rows.tolist()]

    return values


def mode(reader: ScopedReader, snapshot: Snapshot, rows: np.ndarray) -> list[str]:
    """The mode of the learner's latest experience."""
    assert snapshot.people is not None
    found = known(reader.table("experience"), snapshot.revision)
    held = sorted(on_day(found, snapshot.as_of).to_pylist(), key=lambda row: (str(row["state_since"]), row["id"]))
    told = {row["learner"]: row["mode"] for row in held}
    return [told.get(snapshot.people.ids[at], "none") for at in rows.tolist()]


@dataclass(frozen=True)
class DeclaredTable:
    """A table of learners: name, what it says, its rows and columns."""

    name: str
    says: str
    rows: Attribute
    columns: Attribute


TABLES: dict[str, DeclaredTable] = {
    each.name: each
    for each in (
        DeclaredTable("sites", "learners by site and how much network they have", site, network),
        DeclaredTable("grades", "learners by grade and how much network they have", grade, network),
        DeclaredTable("goals", "learners by goal and how much network they have", goal, network),
        DeclaredTable("changes", "learners by network half a year ago and now", before, network),
        DeclaredTable("modes", "learners by mode of their latest experience and network", mode, network),
        *(
            DeclaredTable(
                f"equity_{code}", f"learners by {code.replace('_', ' ')} and network", subgroup(code), network
            )
            for code in vocabulary("subgroup_attributes").codes
        ),
    )
}


def declared(name: str) -> DeclaredTable:
    """The declaration of a table. Raises UnknownParameter."""
    if name not in TABLES:
        raise UnknownParameter(f"Tables that may leave: {', '.join(TABLES)}.")
    return TABLES[name]


def counted(reader: ScopedReader, of: DeclaredTable, as_of: date) -> tuple[Table, Mapping[Label, Sequence[str]]]:
    """The table as it is, and whom each inner cell counts (internal ids). Raises NotYours."""
    snapshot = reader.snapshot(as_of)
    rows = reader.counted(snapshot)
    assert snapshot.people is not None
    ids = snapshot.people.ids
    lines, columns = of.rows(reader, snapshot, rows), of.columns(reader, snapshot, rows)
    members: dict[Label, list[str]] = {}
    for at, line, column in zip(rows.tolist(), lines, columns, strict=True):
        members.setdefault((line, column), []).append(ids[at])
    # Every group is a column: one that is left out would say that nobody is in it.
    along = sorted(set(lines)) or [NOTHING], list(GROUPS)
    counts = [[len(members.get((line, column), ())) for column in along[1]] for line in along[0]]
    return two_way(counts, *along), members


def release(
    reader: ScopedReader,
    name: str,
    as_of: date,
    *,
    rule: Rule | None = None,
    recipient: str | None = None,
    seconds: float = 60.0,
) -> Published:
    """A declared table as it may leave now, logged; see `disclosure.release_log`. Raises UnknownParameter, NotYours."""
    of = declared(name)
    table, members = counted(reader, of, as_of)
    return reader.publish(name, as_of, table, members, rule=rule or Rule(), recipient=recipient, seconds=seconds)
