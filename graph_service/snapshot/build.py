"""Build a snapshot out of evidence."""

from datetime import date
from typing import TYPE_CHECKING, TypeVar

import numpy as np

from graph_service import clock
from graph_service.errors import BadDate
from graph_service.records.validation import EARLIEST, LATEST
from graph_service.snapshot.events import pair_events, read_contacts
from graph_service.snapshot.graph import graph_of
from graph_service.snapshot.loops import load_loops
from graph_service.snapshot.parameters import Parameters
from graph_service.snapshot.people import RELATIONS, People, Resolver, read_people
from graph_service.snapshot.rows import index_in, known, on_day
from graph_service.snapshot.snapshot import Snapshot
from graph_service.snapshot.stated import StatedTies, read_stated
from graph_service.snapshot.strength import STRONG, WEAK, Pairs, tie_pairs

if TYPE_CHECKING:
    from graph_service.store.evidence import Evidence

S = TypeVar("S", bound=Snapshot)
Said = tuple[np.ndarray, np.ndarray]


def build(
    evidence: "Evidence",
    as_of: date,
    *,
    revision: int | None = None,
    parameters: Parameters | None = None,
    into: type[S],
) -> S:
    """The snapshot of a day, as it was known at a revision (default: the latest).

    Raises BadDate outside the years that the programme knows.
    """
    if not EARLIEST <= as_of <= LATEST:
        raise BadDate(f"{as_of} is outside {EARLIEST} to {LATEST}.")
    parameters = parameters or Parameters()
    load_loops()
    revision = evidence.revision if revision is None else revision
    resolve = Resolver(evidence, revision)
    people = read_people(evidence, as_of, revision, resolve)
    n = len(people)
    contacts = read_contacts(evidence, as_of, revision, resolve, people)
    pairs = tie_pairs(pair_events(contacts, parameters), max(n, 1), clock.day_number(as_of), parameters)
    stated = read_stated(evidence, as_of, revision, resolve, parameters.close, n)
    a, b, weight, rows = ties_of(parameters, people, pairs, stated)
    graph = graph_of(n, a, b, weight, rows)
    said = _said_relations(evidence, as_of, revision, resolve, max(n, 1))
    ends = np.repeat(np.arange(n), np.diff(graph.indptr)), graph.indices
    relation = people.relation[graph.indices] if n else np.zeros(0, np.int8)
    present = contacts.person[contacts.person >= 0]
    recorded = np.bincount(present, minlength=n)
    if parameters.layer != "logged":
        recorded = recorded + stated.asked if parameters.layer == "either" else stated.asked.astype(np.int64)
    return into(
        keys=people.keys,
        graph=graph,
        as_of=as_of,
        revision=revision,
        parameters=parameters,
        people=people,
        pairs=pairs,
        contacts=contacts,
        stated=stated,
        relation=as_said(relation, ends, said, max(n, 1)),
        said=said,
        aliases=resolve.aliases(),
        recorded=recorded.astype(np.int64),
        store_id=evidence.store.id,
        records=lambda kind: known(evidence.table(kind), revision),
        locate=resolve.positions,
    )


def ties_of(
    parameters: Parameters, people: People, pairs: Pairs, stated: StatedTies
) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """The live pairs of the layer, staff removed, with their weights and where they came from (-1: stated)."""
    n = max(len(people), 1)
    live = pairs.state >= WEAK
    logged = pairs.a[live].astype(np.int64) * n + pairs.b[live]
    rows = np.flatnonzero(live)
    low, high = np.minimum(stated.ego, stated.alter), np.maximum(stated.ego, stated.alter)
    said = np.unique(low.astype(np.int64) * n + high)
    if parameters.layer == "logged":
        code, weight, row = logged, pairs.strength[live], rows
    elif parameters.layer == "stated":
        code, weight, row = said, np.ones(len(said)), np.full(len(said), -1)
    else:
        code = np.union1d(logged, said)
        weight, row = np.ones(len(code)), np.full(len(code), -1)
        row[np.searchsorted(code, logged)] = rows
    a, b = (code // n).astype(np.int32), (code % n).astype(np.int32)
    if not parameters.staff_are_alters:
        keep = ~(people.staff[a] | people.staff[b]) if len(people) else np.zeros(0, bool)
        a, b, weight, row = a[keep], b[keep], weight[keep], row[keep]
    return a, b, weight, row


def _said_relations(evidence: "Evidence", as_of: date, revision: int, resolve: Resolver, n: int) -> Said:
    """What the records say that somebody is to somebody: codes ego * people + alter, ascending, and the relation."""
    import pyarrow as pa

    table = on_day(known(evidence.table("relation"), revision), pa.scalar(as_of, pa.date32()))
    ego, alter = resolve.positions(table["ego"]), resolve.positions(table["alter"])
    value = index_in(table["relation"], pa.array(RELATIONS)).astype(np.int8)
    there = (ego >= 0) & (alter >= 0)
    code, value = ego[there] * n + alter[there], value[there]
    # Of several relations of a pair the first in precedence counts.
    order = np.lexsort((value, code))
    code, value = code[order], value[order]
    first = np.append(True, code[1:] != code[:-1]) if len(code) else np.zeros(0, bool)
    return code[first], value[first]


def as_said(relation: np.ndarray, ends: tuple[np.ndarray, np.ndarray], said: Said | None, n: int) -> np.ndarray:
    """What alters are to egos: what the records of the pair say, else what the person is to everybody."""
    if said is None or not len(said[0]):
        return relation
    code = ends[0].astype(np.int64) * n + ends[1]
    at = np.minimum(np.searchsorted(said[0], code), len(said[0]) - 1)
    return np.where(said[0][at] == code, said[1][at], relation)


__all__ = ["STRONG", "WEAK", "build"]
