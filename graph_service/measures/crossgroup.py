"""Cross-group access of a cohort: connectedness, exposure, friending bias (Chetty et al. 2022).

"High group" is, for work-based learning: works in the learner's target sector at or above the target tier. Low
exposure asks for other hosts; high bias asks for another format of the event.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np

from graph_service.measures.catalogue import Column, measure
from graph_service.snapshot.people import SECTORS
from graph_service.snapshot.snapshot import Snapshot

COHORT = {
    "level": "cohort",
    "dimension": "access",
    "undefined": "not_in_low_group",
    "source": "Chetty et al. 2022, Nature 608, I and II",
    "inputs": ("ties", "sector", "tier", "goals"),
}
STATED = {"level": "cohort", "dimension": "quality", "undefined": "not_asked", "inputs": ("stated ties",)}
#: Tier from which a professional counts as high (1 near peer, 2 mid, 3 senior); a setting of the programme.
TARGET_TIER = 2


@dataclass(frozen=True, eq=False)
class Access:
    """E1 connectedness, E2 exposure, E3 friending bias (None where undefined); learners they run over."""

    connectedness: float | None
    exposure: float | None
    bias: float | None
    learners: int


def access(snapshot: Snapshot, tier: int = TARGET_TIER) -> Access:
    """E1, E2, E3 of the roster's learners who aim for a sector and do not work in it themselves."""

    def run() -> Access:
        from graph_service.measures.kernels.cross_group import cross_group

        people, contacts, graph = snapshot.people, snapshot.contacts, snapshot.graph
        if people is None or contacts is None or not len(people):
            return Access(None, None, None, 0)
        goals = people.table["goals"].to_pylist()
        target = np.full(len(people), -1, np.int32)
        place = {code: at for at, code in enumerate(SECTORS)}
        for at in snapshot.roster_rows.tolist():
            if goals[at]:
                target[at] = place[goals[at][0]]
        seen = people.tier >= tier
        high = np.array([seen & (people.sector == sector) for sector in range(len(SECTORS))])
        known = (people.sector >= 0) & (people.tier > 0) & ~people.staff
        rooms = _rooms(contacts)
        found = cross_group(graph.indptr, graph.indices, target, high, known, None, rooms)
        values = (found.economic_connectedness, found.exposure, found.friending_bias)
        e1, e2, e3 = (None if np.isnan(value) else float(value) for value in values)
        return Access(e1, e2, e3, int(found.learners))

    answer: Access = snapshot.memo(("cross_group", tier), run)
    return answer


def _rooms(contacts: Any) -> tuple[np.ndarray, np.ndarray]:
    """The rooms people were in: every event, each person once."""
    event = np.repeat(np.arange(len(contacts)), np.diff(contacts.offsets))
    there = contacts.person >= 0
    width = int(contacts.person.max(initial=0)) + 1
    code = np.unique(event[there] * width + contacts.person[there])
    counts = np.bincount(code // width, minlength=len(contacts))
    start = np.concatenate([[0], np.cumsum(counts)]).astype(np.int64)
    return start, (code % width).astype(np.int32)


def _one(value: float | None, learners: int) -> Column:
    missing = value is None
    return Column(
        np.array([0.0 if value is None else value]), np.array([missing]), "not_in_low_group", np.array([learners])
    )


@measure(
    "economic_connectedness",
    code="E1",
    formula=r"\text{mean}_i\, (\text{share of contacts in } H) / (\text{share of the pool in } H)",
    unit="ratio (1 is parity)",
    range="0..n",
    better="more",
    **COHORT,
)
def economic_connectedness(snapshot: Snapshot) -> Column:
    """How well learners are connected into the group they aim for, against what the pool holds."""
    found = access(snapshot)
    return _one(found.connectedness, found.learners)


@measure(
    "exposure",
    code="E2",
    formula=r"\text{mean}_i\, (\text{share of } H \text{ in the rooms}) / (\text{share of the pool in } H)",
    unit="ratio (1 is parity)",
    range="0..n",
    better="more",
    **COHORT,
)
def exposure(snapshot: Snapshot) -> Column:
    """How much of the group they aim for learners met in the same rooms: low asks for other hosts."""
    found = access(snapshot)
    return _one(found.exposure, found.learners)


@measure("friending_bias", code="E3", formula=r"1 - E1/E2", unit="share", range="-n..1", better="less", **COHORT)
def friending_bias(snapshot: Snapshot) -> Column:
    """How far contacts fall short of what the rooms offered: high asks for another format of the event."""
    found = access(snapshot)
    return _one(found.bias, found.learners)


@measure(
    "reciprocity",
    code="T5",
    formula=r"M / (M + A)",
    unit="share",
    range="0..1",
    **(
        COHORT
        | {
            "dimension": "quality",
            "undefined": "not_asked",
            "source": "UCINET dyad reciprocity",
            "inputs": ("stated ties",),
        }
    ),
)
def reciprocity(snapshot: Snapshot) -> Column:
    """Pairs that both sides name, over pairs that at least one names, where both were asked."""
    mutual, asymmetric = _dyads(snapshot)
    return _share(mutual, mutual + asymmetric)


@measure(
    "arc_reciprocity",
    code="T5",
    formula=r"2M / (2M + A)",
    unit="share",
    range="0..1",
    **(
        COHORT
        | {
            "dimension": "quality",
            "undefined": "not_asked",
            "source": "Wasserman & Faust 1994",
            "inputs": ("stated ties",),
        }
    ),
)
def arc_reciprocity(snapshot: Snapshot) -> Column:
    """Statements that are returned, over all statements, where both were asked."""
    mutual, asymmetric = _dyads(snapshot)
    return _share(2 * mutual, 2 * mutual + asymmetric)


def _dyads(snapshot: Snapshot) -> tuple[int, int]:
    stated, n = snapshot.stated, max(len(snapshot), 1)
    if stated is None:
        return 0, 0
    both = stated.asked[stated.ego] & stated.asked[stated.alter]
    arcs = stated.ego[both].astype(np.int64) * n + stated.alter[both]
    back = stated.alter[both].astype(np.int64) * n + stated.ego[both]
    returned = int(np.isin(back, arcs).sum())
    return returned // 2, len(arcs) - returned


def _share(part: int, whole: int) -> Column:
    return Column(np.array([part / whole if whole else 0.0]), np.array([whole == 0]), "not_asked", np.array([whole]))
