"""The attacker of any table: linear programmes over its sums (three ways and more).

Counts are taken as real numbers, so a range found here can be wider than the whole numbers allow: protection
of tables that form no network is judged by what linear arithmetic reveals.
"""

from typing import Any

import numpy as np

from graph_service.disclosure.attacker import Cut, Floats, order_of
from graph_service.disclosure.tables import Mask, Table
from graph_service.errors import DataError

AJAR = 1e-5


class ProgrammeAttacker:
    """What the sums of a table say about its small cells, one linear programme per cell and direction."""

    def __init__(self, table: Table, primary: Mask, k: int) -> None:
        self.table, self.primary = table, primary
        self.count = table.cells.astype(np.float64)
        self.usable = ~table.structural.ravel()
        self.beyond = 2.0 * float(self.count.max()) + k
        small = np.flatnonzero(primary)
        # a cell can be small by its people though not by its count: it has to move by k both ways
        self.moves = [(int(p), 1, float(k - self.count[p] if self.count[p] < k else k)) for p in small]
        self.moves += [(int(p), -1, float(min(self.count[p], k))) for p in small if self.count[p] > 0]

    def cuts(self, open_: Floats) -> list[Cut]:
        """The dual of a programme that falls short says which cells could give more room.

        Closed cells are opened by a hair, so that among the many dual solutions one is found that names few.
        """
        found = []
        ajar = np.maximum(open_, AJAR)
        for cell, direction, need in self.moves:
            result = self._farthest(cell, direction, need, ajar)
            if -result.fun >= need * (1 - 1e-6):
                result = self._farthest(cell, direction, need, open_)
                if -result.fun >= need * (1 - 1e-6):
                    continue
            reduced = -direction * np.eye(1, len(self.count), cell)[0]
            reduced = reduced - self.table.equations.T @ result.eqlin.marginals
            reduced[np.abs(reduced) < 1e-9] = 0.0
            strength = np.where(reduced > 0, reduced * self.count, -reduced * self.beyond)
            strength[cell] = 0.0
            strength[~self.usable] = 0.0
            strength = np.minimum(strength, need) / need
            crossing = np.flatnonzero(strength > 1e-9)
            if (strength[crossing] * open_[crossing]).sum() < 1 - 1e-6:
                found.append((crossing, strength[crossing]))
        return found

    def repair(self, hidden: Mask, price: Floats) -> Mask:
        """Cheapest moves for every cell that lacks room, then needless cells shown again."""
        used, support = hidden.copy(), {}
        for move in self.moves:
            moved = self._move(*move, used)
            if moved is None:
                moved = self._cheapest(*move, price * ~used)
                if moved is None:
                    raise DataError("A small cell cannot be protected in this table.")
                used |= moved
            support[move] = moved
        for cell in order_of(price, used, self.primary).tolist():
            used[cell] = False
            changed = {}
            for move, cells in support.items():
                if cells[cell]:
                    changed[move] = self._move(*move, used)
                    if changed[move] is None:
                        used[cell] = True
                        break
            else:
                support |= {move: cells for move, cells in changed.items() if cells is not None}
        return used

    def _farthest(self, cell: int, direction: int, need: float, open_: Floats) -> Any:
        """Moves one cell as far as the open ones allow, at most by `need`."""
        from scipy.optimize import linprog

        open_ = np.where(self.usable, open_, 0.0)
        bounds = np.column_stack([-self.count * open_, self.beyond * open_])
        bounds[cell] = (-np.inf, need) if direction > 0 else (-need, np.inf)
        aim = np.zeros(len(self.count))
        aim[cell] = -direction
        return self._solved(linprog, aim, bounds)

    def _move(self, cell: int, direction: int, need: float, hidden: Mask) -> Mask | None:
        result = self._farthest(cell, direction, need, hidden.astype(np.float64))
        if -result.fun < need * (1 - 1e-6):
            return None
        return np.asarray(np.abs(result.x) > 1e-9)

    def _cheapest(self, cell: int, direction: int, need: float, price: Floats) -> Mask | None:
        """Cells of the cheapest move: every cell's movement is split in a rise and a fall, both priced."""
        from scipy import sparse
        from scipy.optimize import linprog

        n = len(self.count)
        room = np.where(self.usable, 1.0, 0.0)
        rise = np.column_stack([np.zeros(n), self.beyond * room])
        fall = np.column_stack([np.zeros(n), self.count * room])
        rise[cell] = (need, need) if direction > 0 else (0, 0)
        fall[cell] = (need, need) if direction < 0 else (0, 0)
        both = sparse.hstack([self.table.equations, -self.table.equations]).tocsr()
        result = linprog(
            np.concatenate([price, price]) + 1e-6,
            A_eq=both,
            b_eq=np.zeros(both.shape[0]),
            bounds=np.concatenate([rise, fall]),
            method="highs",
        )
        if result.status != 0:
            return None
        return np.asarray((result.x[:n] > 1e-9) | (result.x[n:] > 1e-9))

    def _solved(self, linprog: Any, aim: Floats, bounds: Floats) -> Any:
        sums = self.table.equations
        result = linprog(aim, A_eq=sums, b_eq=np.zeros(sums.shape[0]), bounds=bounds, method="highs")
        if result.status != 0:
            raise DataError("The table's sums could not be solved.")
        return result
