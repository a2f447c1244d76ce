"""Quantity: how many people a learner knows."""

import numpy as np

from graph_service import clock
from graph_service.measures.catalogue import Column, measure
from graph_service.measures.first_ties import NEVER, first_days
from graph_service.measures.passes import consenting, origin_of_programme, relation_counts
from graph_service.records.vocabulary import vocabulary
from graph_service.snapshot.people import PROFESSIONAL, RELATIONS
from graph_service.snapshot.snapshot import Snapshot
from graph_service.snapshot.strength import WEAK

COUNT = {"dimension": "quantity", "unit": "people", "range": "0..n", "better": "more", "whole_number": True}
EMPLOYERS = {**COUNT, "unit": "employers", "code": "Q6", "inputs": ("ties", "affiliations")}


@measure("network_size", code="Q1", formula=r"d_i", source="Wasserman & Faust 1994, ch. 4", **COUNT)
def network_size(snapshot: Snapshot) -> Column:
    """People with a live (strong or weak) tie to the learner, staff of school and programme aside."""
    return Column.full(np.diff(snapshot.graph.indptr))


def _by_relation(code: str) -> None:
    label = vocabulary("relations").label(code).lower()

    def count(snapshot: Snapshot) -> Column:
        return Column.full(relation_counts(snapshot)[:, RELATIONS.index(code)])

    count.__doc__ = f"Contacts of the learner who are, to the learner: {label}."
    measure(
        f"network_size_{code}",
        code="Q1",
        formula=rf"\sum_j a_{{ij}} [\text{{relation}}_{{ij}} = \text{{{code.replace('_', ' ')}}}]",
        source="this project's taxonomy of relations",
        inputs=("ties", "relations"),
        **(COUNT | {"better": None}),
    )(count)


for _code in RELATIONS:
    _by_relation(_code)


@measure(
    "professional_network_size",
    code="Q2",
    formula=r"\sum_j a_{ij} [\text{relation}_{ij} \in P]",
    source="Christensen Institute, The Missing Metrics, 2020",
    inputs=("ties", "relations"),
    **COUNT,
)
def professional_network_size(snapshot: Snapshot) -> Column:
    """Contacts who are a mentor, employer contact, near peer at work, alum or other professional."""
    chosen = [RELATIONS.index(code) for code in PROFESSIONAL]
    return Column.full(relation_counts(snapshot)[:, chosen].sum(axis=1))


@measure(
    "unconnected",
    code="Q3",
    formula=r"[Q2 = 0]",
    dimension="quantity",
    unit="truth (1 or 0)",
    range="0 or 1",
    better="less",
    whole_number=True,
    see_with="recorded_contacts",
    source="Harvard MCC, Relationship Mapping Strategy",
    inputs=("ties", "relations"),
)
def unconnected(snapshot: Snapshot) -> Column:
    """1 when the learner has no professional contact. Read it with recorded_contacts: 0 there is no data yet."""
    return Column.full((professional_network_size(snapshot).values == 0).astype(np.int64))


@measure(
    "recorded_contacts",
    code="Q0",
    formula=r"|\{e : i \in e\}|",
    dimension="quantity",
    unit="contacts",
    range="0..n",
    whole_number=True,
    source="this project",
    inputs=("interactions",),
)
def recorded_contacts(snapshot: Snapshot) -> Column:
    """Contacts of any kind recorded by the day, mass events included; 0 means that nothing is recorded yet."""
    if snapshot.recorded is None:
        return Column.full(np.diff(snapshot.graph.indptr))
    return Column.full(snapshot.recorded)


@measure(
    "programme_ties",
    code="Q4",
    formula=r"|\{j \in N(i) : \text{first event of } ij \text{ is the programme's}\}|",
    source="this project",
    inputs=("interactions",),
    **COUNT,
)
def programme_ties(snapshot: Snapshot) -> Column:
    """Live ties that began with an activity of the programme or a brokered introduction."""
    counts = np.zeros(len(snapshot), np.int64)
    if snapshot.pairs is None or not len(snapshot.pairs):
        return Column.full(counts)
    pairs = snapshot.pairs
    ours = origin_of_programme(snapshot) & (pairs.state >= WEAK) & snapshot.counted_pairs()
    np.add.at(counts, pairs.a[ours], 1)
    np.add.at(counts, pairs.b[ours], 1)
    return Column.full(counts)


@measure(
    "second_degree_reach",
    code="Q5",
    formula=r"|\{q : d(i,q) = 2 \text{ through a consenting connector}\}|",
    source="this project",
    inputs=("ties", "consents"),
    extra=True,
    **COUNT,
)
def second_degree_reach(snapshot: Snapshot) -> Column:
    """People two steps away through a contact who agreed to be a connector."""
    from graph_service.measures.kernels.reach import second_degree_reach as reach

    return Column.full(reach(snapshot.graph.indptr, snapshot.graph.indices, consenting(snapshot)))


@measure("employers_reached", formula=r"|\{\text{employer}(j) : j \in N(i)\}|", source="this project", **EMPLOYERS)
def employers_reached(snapshot: Snapshot) -> Column:
    """Distinct employers among the learner's contacts."""
    from graph_service.measures.kernels.reach import employers_reached as reached

    return Column.full(reached(snapshot.graph.indptr, snapshot.graph.indices, _employer(snapshot)))


@measure(
    "employers_within_two",
    formula=r"|\{\text{employer}(q) : d(i,q) \le 2\}|",
    source="this project",
    **EMPLOYERS,
)
def employers_within_two(snapshot: Snapshot) -> Column:
    """Distinct employers of people one or two steps away, the second step through a consenting connector."""
    from graph_service.measures.kernels.reach import employers_within_two as within

    graph = snapshot.graph
    return Column.full(within(graph.indptr, graph.indices, _employer(snapshot), consenting(snapshot)))


def _employer(snapshot: Snapshot) -> np.ndarray:
    return np.full(len(snapshot), -1, np.int32) if snapshot.people is None else snapshot.people.employer


@measure(
    "time_to_first_professional_tie",
    code="Q7",
    formula=r"\min_j t_{ij}^{(1)} - t_i^{\text{enrolled}}",
    dimension="quantity",
    unit="days",
    range="0..n",
    better="less",
    whole_number=True,
    undefined=("not_yet", "not_enrolled"),
    source="Kaplan & Meier 1958; null (not_yet) is a right-censored value, never a missing one",
    inputs=("interactions", "affiliations"),
)
def time_to_first_professional_tie(snapshot: Snapshot) -> Column:
    """Days from the first day of enrolment to the first contact that tied the learner to a professional."""
    n = len(snapshot)
    if snapshot.people is None or snapshot.pairs is None:
        return Column(np.zeros(n), np.ones(n, bool), "not_enrolled")
    first, enrolled = first_days(snapshot), snapshot.people.enrolled_since
    never, unknown = first == NEVER, enrolled <= -(10**6)
    days = np.where(never | unknown, 0, np.maximum(first - enrolled, 0))
    return Column(days, never | unknown, np.where(unknown, "not_enrolled", "not_yet").astype(object))


@measure(
    "days_since_adult_contact",
    code="T8",
    name="contact recency",
    formula=r"t - \max_{j \in P} t_{ij}^{(\text{last})}",
    dimension="quality",
    unit="days",
    range="0..n",
    better="less",
    whole_number=True,
    undefined="not_yet",
    source="this project",
    inputs=("interactions", "relations"),
)
def days_since_adult_contact(snapshot: Snapshot) -> Column:
    """Days since the last contact that ties the learner to a professional."""
    n = len(snapshot)
    if snapshot.people is None or snapshot.pairs is None or snapshot.as_of is None:
        return Column(np.zeros(n), np.ones(n, bool), "not_yet")
    pairs = snapshot.pairs
    last = np.full(n, -(10**6), np.int64)
    kinds = np.array([code in PROFESSIONAL for code in RELATIONS])[snapshot.people.relation]
    for ego, alter in ((pairs.a, pairs.b), (pairs.b, pairs.a)):
        chosen = kinds[alter]
        np.maximum.at(last, ego[chosen], pairs.last[chosen])
    never = last <= -(10**6)
    return Column(np.where(never, 0, clock.day_number(snapshot.as_of) - last), never, "not_yet")
