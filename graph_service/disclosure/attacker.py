"""What an attacker of a table can do: say how far hidden cells can move, and hide more until none can be told."""

from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from graph_service.disclosure.tables import Mask

Floats = NDArray[np.float64]
#: Cells and their coefficients in one inequality.
Cut = tuple[NDArray[np.int64], Floats]


class Attacker(Protocol):
    """How far hidden cells can move, for one kind of table."""

    def cuts(self, open_: Floats) -> list[Cut]:
        """Violated inequalities sum coefficient * open >= 1; none when every small cell is protected."""

    def repair(self, hidden: Mask, price: Floats) -> Mask:
        """Hides further cells, cheap ones first, until every small cell is protected; then drops needless ones."""


def order_of(cost: Any, hidden: Mask, primary: Mask) -> NDArray[np.int64]:
    """Hidden cells that are not small, the dearest first."""
    candidates = np.flatnonzero(hidden & ~primary)
    return candidates[np.argsort(-np.asarray(cost)[candidates], kind="stable")]
