"""Which pairs of people an interaction ties, and with what weight.

Two people alone are tied. In a group only an adult of the event (host, mentor, supervisor, named adult) and a
learner are, unless the record names the pairs that really spoke. Being in one room ties nobody: a mass event
has weight 0 and is exposure.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

import numpy as np

from graph_service.records.vocabulary import vocabulary
from graph_service.snapshot.parameters import Parameters
from graph_service.snapshot.rows import known

if TYPE_CHECKING:
    from graph_service.snapshot.people import People, Resolver
    from graph_service.store.evidence import Evidence

NONE, LEARNER, ADULT = 0, 1, 2
KIND_CODES = vocabulary("interaction_kinds").codes
SIDES = vocabulary("participation_roles").column("side")


@dataclass(frozen=True, eq=False)
class Contacts:
    """The interactions up to a day, as arrays: per event day, kind, mode, minutes; participants by offsets."""

    day: np.ndarray
    kind: np.ndarray
    minutes: np.ndarray
    offsets: np.ndarray
    person: np.ndarray
    side: np.ndarray
    named: dict[int, list[tuple[int, int]]]
    table: Any

    def __len__(self) -> int:
        return len(self.day)


@dataclass(frozen=True, eq=False)
class PairEvents:
    """One row for each pair that an event ties: a < b (positions), day, weight, event (row of `Contacts`)."""

    a: np.ndarray
    b: np.ndarray
    day: np.ndarray
    weight: np.ndarray
    event: np.ndarray


def read_contacts(evidence: "Evidence", as_of: date, revision: int, resolve: "Resolver", people: "People") -> Contacts:
    """The interactions known at a revision and not later than a day."""
    import pyarrow as pa
    import pyarrow.compute as pc

    table = known(evidence.table("interaction"), revision)
    latest = pc.max(table["date"]).as_py()
    if latest is not None and latest > as_of:
        table = table.filter(pc.less_equal(table["date"], pa.scalar(as_of, pa.date32())))
    return contacts_of(table, resolve.positions, people)


def contacts_of(table: Any, positions: Callable[[Any], np.ndarray], people: "People") -> Contacts:
    """The rows of a table of interactions as arrays. positions: from a column of ids to positions of people."""
    import pyarrow as pa
    import pyarrow.compute as pc

    lists = table["participants"].combine_chunks()
    if isinstance(lists, pa.ChunkedArray):
        lists = pa.concat_arrays(lists.chunks) if lists.num_chunks else pa.array([], type=lists.type)
    values = lists.flatten()
    person = positions(values.field("id")).astype(np.int32)
    codes = vocabulary("participation_roles").codes
    role = np.asarray(pc.index_in(values.field("role"), value_set=pa.array(codes)).to_numpy(), np.int64)
    fixed = np.array([{"learner": LEARNER, "adult": ADULT, "person": -1}.get(SIDES[code], NONE) for code in codes])
    side = fixed[role] if len(role) else np.zeros(0, np.int64)
    # A plain participant stands on the side that the person is on.
    own = np.append(np.where(people.learner, LEARNER, ADULT), NONE)
    side = np.where(side == -1, own[person], side).astype(np.int8)
    offsets = np.concatenate([[0], np.cumsum(lists.value_lengths().to_numpy())]).astype(np.int64)
    return Contacts(
        day=np.asarray(table["date"].cast(pa.int32()).to_numpy(), np.int32),
        kind=np.asarray(pc.index_in(table["kind"], value_set=pa.array(KIND_CODES)).to_numpy(), np.int16),
        minutes=np.asarray(pc.fill_null(table["minutes"], -1).to_numpy(), np.int64),
        offsets=offsets,
        person=person,
        side=side,
        named=_named_pairs(table["pairs"]),
        table=table,
    )


def _named_pairs(column: Any) -> dict[int, list[tuple[int, int]]]:
    import json

    import pyarrow.compute as pc

    found: dict[int, list[tuple[int, int]]] = {}
    for row in pc.indices_nonzero(pc.is_valid(column)).to_pylist():
        found[row] = [(int(a), int(b)) for a, b in json.loads(column[row].as_py())]
    return found


def pair_events(contacts: Contacts, parameters: Parameters) -> PairEvents:
    """The pairs that the contacts tie, each with the weight of T1 (Newman's share among those present)."""
    from graph_service.snapshot.expand import expand

    kinds = vocabulary("interaction_kinds")
    makes = np.array([kinds.rows[code]["makes_tie"] == "yes" for code in KIND_CODES])
    weights = np.array([float(kinds.rows[code]["weight"]) for code in KIND_CODES])
    weights[~makes] = 0.0
    if parameters.weights == "unit":
        weights = np.where(makes, 1.0, 0.0)
    weight = weights[contacts.kind] if len(contacts) else np.zeros(0)
    if parameters.minutes_scale:
        weight = weight * np.where(contacts.minutes > 0, contacts.minutes / 60.0, 1.0)
    named = np.zeros(len(contacts), bool)
    named[list(contacts.named)] = True
    shared = parameters.weights == "table"
    a, b, event, size = expand(contacts.offsets, contacts.person, contacts.side, named | (weight <= 0))
    extra = [
        (contacts.person[contacts.offsets[row] + x], contacts.person[contacts.offsets[row] + y], row)
        for row, pairs in sorted(contacts.named.items())
        if weight[row] > 0
        for x, y in pairs
        if max(x, y) < contacts.offsets[row + 1] - contacts.offsets[row] and x != y
    ]
    if extra:
        more = np.array(extra, np.int64)
        a, b = np.append(a, more[:, 0].astype(np.int32)), np.append(b, more[:, 1].astype(np.int32))
        event = np.append(event, more[:, 2])
        sizes = contacts.offsets[more[:, 2] + 1] - contacts.offsets[more[:, 2]]
        size = np.append(size, sizes.astype(np.int32))
    keep = (a >= 0) & (b >= 0) & (a != b)
    a, b, event, size = a[keep], b[keep], event[keep], size[keep]
    w = weight[event]
    if shared:
        w = w / np.maximum(size - 1, 1)
    low, high = np.minimum(a, b), np.maximum(a, b)
    return PairEvents(low, high, contacts.day[event], w, event)
