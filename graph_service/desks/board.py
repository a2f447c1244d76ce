"""What a list of learners rests on, computed once for a moment and shared by everybody who looks at it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np

from graph_service import clock
from graph_service.desks.views.base import LearnerRow
from graph_service.disclosure.scope import ScopedReader
from graph_service.measures import catalogue
from graph_service.measures.growth import COLUMNS, Growth, growth
from graph_service.snapshot.live import Moment
from graph_service.snapshot.people import PROFESSIONAL, RELATIONS
from graph_service.snapshot.snapshot import Snapshot

#: Groups of learners, first those whom nobody sees.
GROUPS = ("nothing_recorded", "none_professional", "few", "connected")
#: Days over which the list shows growth.
GROWTH_DAYS = 90
SHOWN = (
    "network_size",
    "professional_network_size",
    "dormant_ties",
    "recorded_contacts",
    "constraint",
    "effective_size",
)
#: Where somebody stands who never met an adult, in days of waiting.
NEVER = 10**6


@dataclass(frozen=True, eq=False)
class Board:
    """Arrays of one entry per person of the snapshot.

    group: place in GROUPS; silent: days since the last adult contact (-1 never); waiting: the same to sort by;
    need: rank in the default order.
    """

    snapshot: Snapshot
    columns: dict[str, catalogue.Column]
    change: Growth
    group: np.ndarray
    silent: np.ndarray
    waiting: np.ndarray
    need: np.ndarray

    def rows(self, positions: Sequence[int]) -> tuple[LearnerRow, ...]:
        """Learners as lines of a list; a line is made once."""
        made: dict[int, LearnerRow] = self.snapshot.memo(("lines", self.change.before.as_of), dict)
        missing = [at for at in positions if at not in made]
        if missing:
            made.update(zip(missing, self._rows(np.array(missing, np.int64)), strict=True))
        return tuple(made[at] for at in positions)

    def _rows(self, rows: np.ndarray) -> list[LearnerRow]:
        import pyarrow as pa

        snapshot = self.snapshot
        people = snapshot.people
        assert people is not None
        said = people.table.select(["id", "given_name", "family_name", "goals"]).take(pa.array(rows)).to_pylist()
        names: list[str | None] = [None] * len(rows)
        # A programme may begin with learners alone, before any school is recorded.
        if len(people.organizations):
            sites = people.organizations.table["name"].take(pa.array(np.maximum(people.site[rows], 0)))
            names = sites.to_pylist()
        moved = {name: self.change.columns[name].take(rows) for name in COLUMNS[:7]}
        numbers = {id: self.columns[id].take(rows) for id in SHOWN}

        def whole(columns: dict[str, catalogue.Column], name: str, k: int) -> int | None:
            return None if columns[name].null[k] else int(columns[name].values[k])

        def real(name: str, k: int) -> float | None:
            return None if numbers[name].null[k] else float(numbers[name].values[k])

        found = []
        for k, (at, each) in enumerate(zip(rows.tolist(), said, strict=True)):
            name = " ".join(part for part in (each["given_name"], each["family_name"]) if part)
            found.append(
                LearnerRow(
                    id=each["id"],
                    person_id=str(snapshot.keys[at]),
                    name=name or str(snapshot.keys[at]),
                    site=names[k] if people.site[at] >= 0 else None,
                    goals=tuple(each["goals"]),
                    group=GROUPS[self.group[at]],
                    network_size=whole(numbers, "network_size", k) or 0,
                    professional=whole(numbers, "professional_network_size", k) or 0,
                    dormant=whole(numbers, "dormant_ties", k) or 0,
                    recorded_contacts=whole(numbers, "recorded_contacts", k) or 0,
                    constraint=real("constraint", k),
                    effective_size=real("effective_size", k),
                    days_since_adult_contact=int(self.silent[at]) if self.silent[at] >= 0 else None,
                    gained=whole(moved, "gained", k),
                    lost=whole(moved, "lost", k),
                    net=whole(moved, "net", k),
                )
            )
        return found


def board_of(reader: ScopedReader, as_of: date, since: date | None = None) -> Board:
    """The board of a day with growth since another (default: 90 days before)."""
    start = since or as_of - timedelta(days=GROWTH_DAYS)
    parameters = reader.parameters

    def compute(moment: Moment) -> Board:
        return board(moment.snapshot(start, parameters), moment.snapshot(as_of, parameters))

    return reader.moment.derived(("board", as_of, start, parameters), compute)


def board(before: Snapshot, snapshot: Snapshot) -> Board:
    """The board of two snapshots."""
    columns = catalogue.compute(snapshot, SHOWN)
    recorded = columns["recorded_contacts"].values
    professional = columns["professional_network_size"].values
    group = np.where(recorded == 0, 0, np.where(professional == 0, 1, np.where(professional <= 2, 2, 3)))
    silent = days_since_adult(snapshot)
    waiting = np.where(silent < 0, NEVER, silent)
    place = np.zeros(len(snapshot), np.int64)
    rows = snapshot.learners()
    place[rows] = np.arange(len(rows))
    need = np.zeros(len(snapshot), np.int64)
    need[rows[np.lexsort((place[rows], -waiting[rows], professional[rows], group[rows]))]] = np.arange(len(rows))
    return Board(snapshot, columns, growth(before, snapshot), group, silent, waiting, need)


def days_since_adult(snapshot: Snapshot) -> np.ndarray:
    """Days since each person's last contact with a professional; -1 where there was none."""
    assert snapshot.pairs is not None and snapshot.as_of is not None and snapshot.people is not None
    pairs, people = snapshot.pairs, snapshot.people
    last = np.full(len(snapshot), -1, np.int64)
    professional = professional_people(snapshot)
    for ego, alter in ((pairs.a, pairs.b), (pairs.b, pairs.a)):
        chosen = professional[alter] & people.learner[ego]
        np.maximum.at(last, ego[chosen], pairs.last[chosen])
    today = clock.day_number(snapshot.as_of)
    return np.where(last < 0, -1, today - last)


def professional_people(snapshot: Snapshot) -> np.ndarray:
    """Truth per person: a professional to whoever knows them."""
    assert snapshot.people is not None
    kinds = np.array([code in PROFESSIONAL for code in RELATIONS])
    found: np.ndarray = kinds[snapshot.people.relation]
    return found
