"""The attacker of tables whose sums form a network: minimum cuts, in compiled loops."""

import numpy as np

from graph_service.disclosure.attacker import Cut, Floats, order_of
from graph_service.disclosure.flows import drop_needless, open_cheaply, shortfalls
from graph_service.disclosure.tables import Mask, Table
from graph_service.errors import DataError

CUTS_A_ROUND = 400


class FlowAttacker:
    """What the sums of a one-way, two-way or nested table say about its small cells."""

    def __init__(self, table: Table, primary: Mask, k: int) -> None:
        if table.network is None:
            raise DataError("The sums of this table form no network.")
        self.table, self.primary = table, primary
        self.tail, self.head = table.network
        nodes = int(max(self.tail.max(), self.head.max())) + 1
        ends = np.concatenate([self.tail, self.head])
        cells = np.tile(np.arange(len(self.tail)), 2)
        order = np.argsort(ends, kind="stable")
        self.around = cells[order]
        self.starts = np.concatenate([[0], np.cumsum(np.bincount(ends, minlength=nodes))]).astype(np.int64)
        self.count = table.cells.astype(np.float64)
        self.usable = ~table.structural.ravel()
        self.small = np.flatnonzero(primary)
        # a cell can be small by its people though not by its count: it has to move by k both ways
        self.rise = np.where(self.count[self.small] < k, k - self.count[self.small], float(k))
        self.fall = np.minimum(self.count[self.small], k)

    @property
    def _net(self) -> tuple[Floats, ...]:
        return (self.starts, self.around, self.tail, self.head, self.count)  # type: ignore[return-value]

    def cuts(self, open_: Floats) -> list[Cut]:
        """One violated inequality per small cell and direction that has too little room."""
        sides, who, needs, found = shortfalls(*self._net, open_, self.small, self.rise, self.fall, CUTS_A_ROUND)
        return [self._cut(sides[i], int(who[i]), float(needs[i])) for i in range(found)]

    def repair(self, hidden: Mask, price: Floats) -> Mask:
        """Cheapest paths for every cell that lacks room, then needless cells shown again."""
        used, fees = hidden.copy(), price.copy()
        moves = dict(zip(self.small.tolist(), zip(self.rise, self.fall, strict=True), strict=True))
        while True:
            openness = used.astype(np.float64)
            _, who, _, found = shortfalls(*self._net, openness, self.small, self.rise, self.fall, CUTS_A_ROUND)
            if not found:
                break
            for cell in dict.fromkeys(who[:found].tolist()):
                for rising, need in zip((True, False), moves[cell], strict=True):
                    fees[used] = 0.0
                    if open_cheaply(*self._net, fees, self.usable, cell, rising, need, used) < need - 1e-6:
                        raise DataError("A small cell cannot be protected in this table.")
        openness = used.astype(np.float64)
        candidates = order_of(price, used, self.primary)
        drop_needless(*self._net, openness, self.small, self.rise, self.fall, candidates)
        return openness > 0.5

    def _cut(self, side: Mask, cell: int, need: float) -> Cut:
        out, into = side[self.tail] & ~side[self.head], side[self.head] & ~side[self.tail]
        strength = np.where(out, 1.0, np.where(into, np.minimum(self.count, need) / need, 0.0))
        strength[cell] = 0.0
        strength[~self.usable] = 0.0
        crossing = np.flatnonzero(strength)
        return crossing, strength[crossing]
