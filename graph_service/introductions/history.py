"""What earlier introductions say of today: who was asked and how it went, what is in flight, who is frozen."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np

from graph_service import clock
from graph_service.records.vocabulary import vocabulary
from graph_service.snapshot.rows import index_in, known, on_day

if TYPE_CHECKING:
    from graph_service.snapshot.people import Resolver

ENDED = tuple(code for code, phase in vocabulary("introduction_states").column("phase").items() if phase == "ended")
ASKED = {"connector_asked": "connector", "target_asked": "target"}
AGREED = {"connector_agreed": "connector", "target_agreed": "target"}
#: Slots of a reservation: in flight, and given back; in between the month of the introduction.
OPEN, BACK = "open", "back"
#: Introductions that came to nothing within so many days are several when there are so many.
LATELY, SEVERAL = 180, 3


class Reader(Protocol):
    """Where records come from: every version of every record of a kind, up to a revision."""

    revision: int

    def table(self, kind_name: str) -> Any: ...


@dataclass(frozen=True, eq=False)
class History:
    """Per person: asks answered with yes, with no, not at all; day number of the last ask (-1 never); units of
    capacity in use; frozen by a concern; of learners, introductions that ended in a no or in silence lately.
    Pairs (positions): not to be brought together, with the gate's code.
    """

    agreed: np.ndarray
    declined: np.ndarray
    lapsed: np.ndarray
    last_ask: np.ndarray
    used: np.ndarray
    frozen: np.ndarray
    fruitless: np.ndarray
    pairs: dict[str, np.ndarray]

    def pair_codes(self, gate: str) -> np.ndarray:
        """The pairs of one gate as whole numbers (a * people + b, both ways round), sorted."""
        pairs, n = self.pairs[gate], len(self.agreed)
        both = np.concatenate([pairs, pairs[:, ::-1]]) if len(pairs) else pairs.reshape(0, 2)
        return np.unique(both[:, 0].astype(np.int64) * n + both[:, 1])


def month_of(day: date) -> str:
    """The month in which a made introduction counts against its adults' capacity.

    >>> month_of(date(2026, 3, 9))
    '2026-03'
    """
    return f"{day:%Y-%m}"


def read_history(
    evidence: Reader, as_of: date, revision: int, resolve: "Resolver", people: int, cooldown_days: int
) -> History:
    """The history known at a revision, as it bears on a day."""
    import pyarrow as pa
    import pyarrow.compute as pc

    day = pa.scalar(as_of, pa.date32())
    introductions = known(evidence.table("introduction"), revision)
    events = known(evidence.table("introduction_event"), revision)
    events = events.filter(pc.less_equal(events["date"], day))
    ends = {name: resolve.positions(introductions[name]) for name in ("learner", "connector", "target")}
    of = index_in(events["introduction"], introductions["id"])
    state, source = events["state"].to_pylist(), events["source"].to_pylist()
    when = np.asarray(events["date"].cast(pa.int32()).to_numpy(), np.int64)
    counts = {name: np.zeros(people, np.int64) for name in ("agreed", "declined", "lapsed")}
    last_ask = np.full(people, -1, np.int64)
    fruitless = np.zeros(people, np.int64)
    lately = clock.day_number(as_of - timedelta(days=LATELY))
    cooling: list[tuple[int, int]] = []
    oldest = clock.day_number(as_of - timedelta(days=cooldown_days))
    for at, row in enumerate(of.tolist()):
        if row < 0:
            continue
        asked, answered = ASKED.get(state[at]), AGREED.get(state[at])
        waited = ASKED.get(source[at] or "")
        if waited and state[at] in ("declined", "lapsed") and when[at] > lately and ends["learner"][row] >= 0:
            fruitless[ends["learner"][row]] += 1
        if asked and (who := ends[asked][row]) >= 0:
            last_ask[who] = max(last_ask[who], when[at])
        if answered and (who := ends[answered][row]) >= 0:
            counts["agreed"][who] += 1
        if waited and state[at] in ("declined", "lapsed") and (who := ends[waited][row]) >= 0:
            counts[state[at]][who] += 1
            if state[at] == "declined" and when[at] > oldest and ends["learner"][row] >= 0:
                cooling.append((int(ends["learner"][row]), int(who)))
        elif state[at] in ("declined", "withdrawn") and when[at] > oldest and min(e[row] for e in ends.values()) >= 0:
            # The learner said "not this time": the same target is not offered again at once.
            cooling.append((int(ends["learner"][row]), int(ends["target"][row])))

    reservations = known(evidence.table("reservation"), revision)
    holding = pc.is_in(reservations["slot"], value_set=pa.array([OPEN, month_of(as_of)]))
    holders = resolve.positions(reservations.filter(holding)["person"])
    concerns = known(evidence.table("concern"), revision)
    concerns = concerns.filter(pc.and_(pc.equal(concerns["state"], "open"), pc.less_equal(concerns["date"], day)))
    frozen = np.zeros(people, bool)
    about = resolve.positions(concerns["about"])
    frozen[about[about >= 0]] = True

    blocks = on_day(known(evidence.table("block"), revision), day)
    open_ones = pc.invert(pc.is_in(introductions["state"], value_set=pa.array(ENDED)))
    flight = np.asarray(open_ones.to_numpy(zero_copy_only=False), bool)
    return History(
        agreed=counts["agreed"],
        declined=counts["declined"],
        lapsed=counts["lapsed"],
        last_ask=last_ask,
        used=np.bincount(holders[holders >= 0], minlength=people),
        frozen=frozen,
        fruitless=fruitless,
        pairs={
            "blocked": _pairs(resolve.positions(blocks["by"]), resolve.positions(blocks["about"])),
            "cooldown": np.array(sorted(set(cooling)), np.int64).reshape(-1, 2),
            "in_flight": _pairs(ends["learner"][flight], ends["target"][flight]),
        },
    )


def _pairs(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    keep = (a >= 0) & (b >= 0) & (a != b)
    return np.stack([a[keep], b[keep]], axis=1).astype(np.int64)
