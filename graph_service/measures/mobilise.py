"""Ability to mobilise: who helped the learner, and with what."""

from dataclasses import dataclass

import numpy as np

from graph_service.measures.catalogue import Column, measure
from graph_service.measures.passes import egos
from graph_service.records.vocabulary import vocabulary
from graph_service.snapshot.rows import index_in
from graph_service.snapshot.snapshot import Snapshot

RESOURCES = vocabulary("resources").codes
#: Help that moves something: more than information.
INSTRUMENTAL = ("advice", "skill", "connection", "reference", "opportunity")


@dataclass(frozen=True, eq=False)
class Help:
    """any_kind: bool[people, resources], the kinds that a person received from anybody.

    ego, alter, kind: one row per distinct (receiver, giver, kind).
    """

    any_kind: np.ndarray
    ego: np.ndarray
    alter: np.ndarray
    kind: np.ndarray


def help_received(snapshot: Snapshot) -> Help:
    """Help given to each learner: in logged contacts of two, and as stated. Computed once."""

    def run() -> Help:
        n, width = len(snapshot), len(RESOURCES)
        ego, alter, kind = _logged(snapshot)
        code = np.unique((ego.astype(np.int64) * n + alter) * width + kind) if len(ego) else np.zeros(0, np.int64)
        who = code // width // max(n, 1)
        received = np.zeros((n, width), bool)
        received[who, code % width] = True
        return Help(received, who, code // width % max(n, 1), code % width)

    found: Help = snapshot.memo("help", run)
    return found


def _logged(snapshot: Snapshot) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    import pyarrow as pa
    import pyarrow.compute as pc

    nothing = np.zeros(0, np.int64)
    contacts, pairs, people = snapshot.contacts, snapshot.pairs, snapshot.people
    if contacts is None or pairs is None or people is None or not len(pairs):
        return nothing, nothing, nothing
    lists = contacts.table["resources"].combine_chunks()
    if isinstance(lists, pa.ChunkedArray):
        lists = pa.concat_arrays(lists.chunks)
    given = np.asarray(pc.not_equal(pc.fill_null(contacts.table["help"], "to_learner"), "from_learner"), bool)
    event = np.asarray(pc.list_parent_indices(lists).to_numpy(), np.int64)
    kind = index_in(pc.list_flatten(lists), pa.array(RESOURCES))
    keep = given[event] & (kind >= 0)
    event, kind = event[keep], kind[keep]
    # The pairs that each of these events ties: the giver is the other end of the learner.
    pair_of = np.repeat(np.arange(len(pairs)), np.diff(pairs.start))
    order = np.argsort(pairs.event, kind="stable")
    first = np.searchsorted(pairs.event[order], event, side="left")
    last = np.searchsorted(pairs.event[order], event, side="right")
    times = last - first
    row = np.repeat(np.arange(len(event)), times)
    offset = np.arange(len(row)) - np.repeat(np.cumsum(times) - times, times)
    pair = pair_of[order[np.repeat(first, times) + offset]]
    a, b, kinds = pairs.a[pair].astype(np.int64), pairs.b[pair].astype(np.int64), kind[row]
    learner_a, learner_b = people.learner[a], people.learner[b]
    to_a, to_b = learner_a & ~learner_b, learner_b & ~learner_a
    both = learner_a & learner_b
    ego = np.concatenate([a[to_a], b[to_b], a[both], b[both]])
    alter = np.concatenate([b[to_a], a[to_b], b[both], a[both]])
    return ego, alter, np.concatenate([kinds[to_a], kinds[to_b], kinds[both], kinds[both]])


@measure(
    "activation_ratio",
    code="M3",
    dimension="mobilise",
    formula=r"|\{j \in N(i) : R_{ji} \cap I \neq \emptyset\}| / n",
    unit="share",
    range="0..1",
    better="more",
    undefined="no_ties",
    see_with="network_size",
    source="Lin 2001; Smith 2005",
    inputs=("ties", "interactions"),
)
def activation_ratio(snapshot: Snapshot) -> Column:
    """Share of live contacts who gave the learner more than information: advice, skill, connection, ..."""
    n, graph = len(snapshot), snapshot.graph
    degree = np.diff(graph.indptr)
    found = help_received(snapshot)
    moving = np.isin(found.kind, [RESOURCES.index(code) for code in INSTRUMENTAL])
    gave = np.unique(found.ego[moving].astype(np.int64) * max(n, 1) + found.alter[moving])
    live = np.isin(egos(snapshot).astype(np.int64) * max(n, 1) + graph.indices, gave)
    counts = np.bincount(egos(snapshot)[live], minlength=n)
    return Column(counts / np.maximum(degree, 1), degree == 0, "no_ties", degree)


@measure(
    "breadth_of_help",
    code="M7",
    dimension="mobilise",
    formula=r"\frac{1}{|H_i|} \sum_{j \in H_i} |R_{ji}|",
    unit="kinds of help",
    range="1..6",
    better="more",
    undefined="no_events",
    source="Search Institute",
    inputs=("interactions",),
)
def breadth_of_help(snapshot: Snapshot) -> Column:
    """Kinds of help per contact who helped at all."""
    n = len(snapshot)
    found = help_received(snapshot)
    kinds = np.bincount(found.ego, minlength=n)
    helpers = np.unique(found.ego.astype(np.int64) * max(n, 1) + found.alter) // max(n, 1)
    count = np.bincount(helpers, minlength=n)
    return Column(kinds / np.maximum(count, 1), count == 0, "no_events", count)
