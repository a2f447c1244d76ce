"""Complementary suppression: the fewest further cells to hide so that subtracting reveals no small one.

The cell suppression problem (Fischetti & Salazar-Gonzalez 1999), solved by cutting planes: a small cell p of
count v is protected when its possible counts reach from 0 to at least k. Whenever a choice of hidden cells
leaves it less room, a cut of the table's sums says which cells could give it more: one inequality over all
patterns. A relaxation with those inequalities gives a lower bound, a greedy repair a pattern; both are
tightened until they meet or the time is up, and the gap between them is told.
"""

import time
from dataclasses import dataclass, field

import numpy as np

from graph_service.disclosure.attack_by_flow import FlowAttacker
from graph_service.disclosure.attack_by_programme import ProgrammeAttacker
from graph_service.disclosure.attacker import Attacker, Cut, Floats
from graph_service.disclosure.tables import Mask, Table
from graph_service.errors import DataError


@dataclass(frozen=True, slots=True, eq=False)
class Pattern:
    """Which cells are hidden, and how good the choice is.

    Attributes:
        primary, hidden: small cells, and all cells that are not shown; one entry per cell.
        cost: of the cells hidden beyond the small ones (a total costs the cells that it sums).
        bound: no pattern that protects costs less.
        seconds: spent.
    """

    primary: Mask
    hidden: Mask
    cost: int
    bound: int
    seconds: float

    @property
    def gap(self) -> float:
        """(cost - bound) / cost; 0 when the pattern is the cheapest there is."""
        return (self.cost - self.bound) / self.cost if self.cost else 0.0


def attacker(table: Table, primary: Mask, k: int) -> Attacker:
    """Flows where the table's sums form a network, linear programmes otherwise."""
    if table.network is not None:
        return FlowAttacker(table, primary, k)
    return ProgrammeAttacker(table, primary, k)


def protect(table: Table, primary: Mask, k: int, *, seconds: float = 60.0) -> Pattern:
    """The cheapest pattern that protects, or the best found in the time, with its bound.

    Parameters:
        table: counts with totals.
        primary: cells that must not be revealed, one entry per cell.
        k: the possible counts of every primary cell reach from 0 to at least k; those of a primary cell that
            counts k or more (few people with many ties) by k to both sides.
        seconds: after which the best pattern so far is returned.

    >>> from graph_service.disclosure.tables import two_way
    >>> table = two_way([[12, 3, 20], [20, 15, 30], [25, 40, 35]])
    >>> pattern = protect(table, table.cells < 10, 10)
    >>> int(pattern.hidden.sum()), pattern.gap
    (4, 0.0)
    """
    if primary.shape != table.cells.shape or primary[table.structural.ravel()].any():
        raise DataError("Primary cells are cells of the table that can hold somebody.")
    search = _Search(table, primary, attacker(table, primary, k), time.monotonic() + seconds)
    began = time.monotonic()
    search.run()
    cost = int(table.cost[search.best & ~primary].sum())
    return Pattern(primary, search.best, cost, min(search.bound, cost), time.monotonic() - began)


@dataclass(eq=False)
class _Search:
    table: Table
    primary: Mask
    attacker: Attacker
    until: float
    rows: list[Cut] = field(default_factory=list)
    seen: set[bytes] = field(default_factory=set)
    bound: int = 0

    def __post_init__(self) -> None:
        self.free = ~self.primary & ~self.table.structural.ravel()
        self.cost = self.table.cost.astype(np.float64)
        # among patterns that cost the same, one that hides fewer people is preferred
        self.preferred = self.cost * (1 + 0.1 * np.log1p(self.table.cells) / np.log1p(self.table.cells.max() + 1))
        self.best = self.attacker.repair(self.primary.copy(), self.preferred)
        self.best_cost = self._cost_of(self.best)

    def run(self) -> None:
        if not self._add(self.primary.astype(np.float64)):
            return
        whole = False
        stalled = 0
        while self.best_cost > self.bound and time.monotonic() < self.until:
            open_, bound = self._solve(whole)
            stalled = 0 if bound > self.bound else stalled + 1
            self.bound = max(self.bound, bound)
            fresh = self._add(open_)
            self._try(open_)
            if not fresh:
                if whole or not _fractions(open_):
                    break  # the relaxation's own optimum protects every cell
                whole = True
            elif stalled >= 6:
                whole = True

    def _try(self, open_: Floats) -> None:
        """A pattern near the relaxation's optimum, kept when it is cheaper than the best so far."""
        start = self.primary | (open_ > 0.999)
        found = self.attacker.repair(start, self.preferred * (1.0 - 0.9 * open_))
        cost = self._cost_of(found)
        if cost < self.best_cost:
            self.best, self.best_cost = found, cost

    def _solve(self, whole: bool) -> tuple[Floats, int]:
        """Optimum of the inequalities so far, over whole or fractional patterns, and its lower bound.

        Cells of the best pattern are a trifle cheaper, so that among the many optima the solver finds the
        one that is known to protect; the discount adds up to less than one, and costs are whole numbers.
        """
        from scipy import sparse
        from scipy.optimize import Bounds, LinearConstraint, milp

        columns = np.unique(np.concatenate([cells for cells, _ in self.rows]))
        columns = columns[self.free[columns]]
        place = np.full(len(self.primary), -1)
        place[columns] = np.arange(len(columns))
        lengths, data, index, floor = [], [], [], []
        for cells, coefficients in self.rows:
            mine = place[cells] >= 0
            lengths.append(int(mine.sum()))
            data.append(coefficients[mine])
            index.append(place[cells[mine]])
            floor.append(1.0 - coefficients[self.primary[cells]].sum())
        starts = np.concatenate([[0], np.cumsum(lengths)])
        matrix = sparse.csr_array(
            (np.concatenate(data), np.concatenate(index), starts), shape=(len(self.rows), len(columns))
        )
        held = self.best[columns]
        discount = 0.5 / (1 + held.sum())
        result = milp(
            self.cost[columns] - discount * held,
            constraints=LinearConstraint(matrix, lb=np.array(floor)),
            integrality=np.full(len(columns), int(whole)),
            bounds=Bounds(0, 1),
            options={"time_limit": max(1.0, self.until - time.monotonic()), "mip_rel_gap": 0.0},
        )
        open_ = self.primary.astype(np.float64)
        if result.x is None:
            return np.maximum(open_, self.best), self.bound
        open_[columns] = np.round(result.x) if whole else np.clip(result.x, 0, 1)
        low = result.mip_dual_bound if whole else (result.fun if result.status == 0 else None)
        return open_, self.bound if low is None else int(np.ceil(low - 1e-6))

    def _add(self, open_: Floats) -> int:
        """Adds the inequalities that `open_` violates; gives how many were new."""
        fresh = 0
        for cells, coefficients in self.attacker.cuts(open_):
            key = cells.tobytes() + coefficients.tobytes()
            if key not in self.seen:
                self.seen.add(key)
                self.rows.append((cells, coefficients))
                fresh += 1
        return fresh

    def _cost_of(self, hidden: Mask) -> int:
        return int(self.table.cost[hidden & ~self.primary].sum())


def _fractions(open_: Floats) -> bool:
    return bool(((open_ > 1e-6) & (open_ < 1 - 1e-6)).any())
