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


@dataclass(frozen=True, eq=False)
class Funnel:
    """Introductions suggested to learners on the roster by the day, and the steps that they reached.

    learner: position of each; reached: step to truth per introduction.
    """

    learner: np.ndarray
    reached: dict[str, np.ndarray]


#: Steps of the funnel: what is reached, states of the workflow or outcomes that say so.
FUNNEL = {
    "asked": (
        "the learner asked for",
        (
            "requested",
            "approved",
            "connector_asked",
            "connector_agreed",
            "target_asked",
            "target_agreed",
            "made",
            "met",
        ),
        (),
    ),
    "connector_agreed": ("the connector agreed to", ("connector_agreed", "target_asked"), ()),
    "target_agreed": ("the contact agreed to", ("target_agreed", "made"), ()),
    "met": ("ended in a meeting", ("met", "followed_up"), ("met",)),
    "second_contact": ("were followed by a second contact within 90 days", (), ("second_contact",)),
    "outcome": (
        "led to help, an interview, a placement or an offer",
        (),
        ("resource", "interview", "placement", "offer"),
    ),
}


def introduction_steps(snapshot: Snapshot) -> Funnel:
    """The funnel of a snapshot, read once. Whoever reached a later step of the workflow reached those before."""

    def run() -> Funnel:
        import pyarrow as pa
        import pyarrow.compute as pc

        if snapshot.records is None or snapshot.locate is None:
            return Funnel(np.zeros(0, np.int64), {step: np.zeros(0, bool) for step in FUNNEL})
        day = pa.scalar(snapshot.as_of, pa.date32())
        table = snapshot.records("introduction")
        table = table.filter(pc.less_equal(table["suggested"], day))
        learner = snapshot.locate(table["learner"])
        on = np.append(snapshot.roster, False)[learner]
        table, learner = table.filter(pa.array(on)), learner[on]
        told = {}
        for kind, column in (("introduction_event", "state"), ("introduction_outcome", "step")):
            rows = snapshot.records(kind)
            rows = rows.filter(pc.less_equal(rows["date"], day))
            told[kind] = (index_in(rows["introduction"], table["id"]), np.asarray(rows[column].to_pylist(), object))
        reached = {}
        for step, (_, states, outcomes) in FUNNEL.items():
            found = np.zeros(len(learner) + 1, bool)
            for kind, wanted in (("introduction_event", states), ("introduction_outcome", outcomes)):
                at, codes = told[kind]
                found[at[np.isin(codes.astype(str), wanted)]] = True
            reached[step] = found[:-1]
        for later, earlier in (("met", "target_agreed"), ("target_agreed", "connector_agreed")):
            reached[earlier] = reached[earlier] | reached[later]
        return Funnel(learner, reached)

    found: Funnel = snapshot.memo("funnel", run)
    return found


@measure(
    "ask_rate",
    code="M2",
    dimension="mobilise",
    formula=r"|\text{asked}| / |\text{suggested}|",
    unit="share",
    range="0..1",
    better="more",
    undefined="no_events",
    source="this project",
    inputs=("introductions",),
)
def ask_rate(snapshot: Snapshot) -> Column:
    """Share of the introductions suggested to the learner that the learner asked for."""
    n, found = len(snapshot), introduction_steps(snapshot)
    whole = np.bincount(found.learner, minlength=n)
    asked = np.bincount(found.learner[found.reached["asked"]], minlength=n)
    return Column(asked / np.maximum(whole, 1), whole == 0, "no_events", whole)


def _declare_funnel(step: str, says: str) -> None:
    def share(snapshot: Snapshot) -> Column:
        reached = introduction_steps(snapshot).reached[step]
        whole = len(reached)
        value = float(reached.mean()) if whole else 0.0
        return Column(np.array([value]), np.array([whole == 0]), "no_events", np.array([whole]))

    share.__doc__ = f"Share of the introductions suggested to learners that {says}."
    measure(
        f"introductions_{step}",
        code="M4",
        level="cohort",
        dimension="mobilise",
        formula=rf"|\text{{{step.replace('_', ' ')}}}| / |\text{{suggested}}|",
        unit="share",
        range="0..1",
        better="more",
        undefined="no_events",
        source="this project",
        inputs=("introductions",),
    )(share)


for _step, (_says, _, _) in FUNNEL.items():
    _declare_funnel(_step, _says)
