"""Would the finding survive another half-life or another threshold: the panel beside every result."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from graph_service.measures.cohort.estimate import Estimate

HALF_LIVES: tuple[float | None, ...] = (90.0, 180.0, 365.0)
THRESHOLDS: tuple[float, ...] = (0.125, 0.25, 0.5)


@dataclass(frozen=True, slots=True)
class Cell:
    """The estimate at one setting. `half_life` null: no decay."""

    half_life: float | None
    threshold: float
    estimate: Estimate


@dataclass(frozen=True, slots=True)
class Panel:
    """An estimate over half-life x threshold.

    Attributes:
        cells: every combination, half-life by half-life.
        chosen: the cell of the programme's own setting.
        smallest, largest: of the values that are defined; null when none is.
        same_sign: whether all defined values lie on the side of zero of the chosen one.
        same_verdict: whether all intervals agree with the chosen one on holding zero or not; null when
            an interval is missing.
    """

    cells: tuple[Cell, ...]
    chosen: Cell
    smallest: float | None
    largest: float | None
    same_sign: bool | None
    same_verdict: bool | None


def sensitivity(
    estimate: Callable[[float | None, float], Estimate],
    *,
    half_lives: Sequence[float | None] = HALF_LIVES,
    thresholds: Sequence[float] = THRESHOLDS,
    chosen: tuple[float | None, float] = (180.0, 0.25),
) -> Panel:
    """Calls `estimate(half_life, threshold)` over the grid, the chosen setting included, once each.

    >>> panel = sensitivity(lambda half_life, threshold: Estimate(half_life / 100 - threshold, 9, "toy"))
    >>> panel.chosen.estimate.value, panel.smallest, panel.same_sign
    (1.55, 0.4, True)
    """
    lives = list(dict.fromkeys([*half_lives, chosen[0]]))
    levels = sorted({*thresholds, chosen[1]})
    cells = tuple(Cell(life, level, estimate(life, level)) for life in lives for level in levels)
    own = next(cell for cell in cells if (cell.half_life, cell.threshold) == chosen)
    values = [cell.estimate.value for cell in cells if cell.estimate.value is not None]
    ends = [cell.estimate.interval for cell in cells]
    sign = own.estimate.value
    judged = [interval.holds(0.0) for interval in ends if interval is not None]
    return Panel(
        cells,
        own,
        min(values, default=None),
        max(values, default=None),
        None if sign is None else all(value * sign > 0 or value == sign for value in values),
        len(set(judged)) == 1 if judged and len(judged) == len(cells) else None,
    )
