"""The choices that a snapshot rests on; they travel with every result."""

import json
from dataclasses import asdict, dataclass, replace
from typing import Any, Literal

from graph_service.errors import UnknownParameter

Layer = Literal["logged", "stated", "either"]
Weights = Literal["table", "unit"]
LAYERS: tuple[Layer, ...] = ("logged", "stated", "either")
WEIGHTS: tuple[Weights, ...] = ("table", "unit")


@dataclass(frozen=True)
class Parameters:
    """How ties are derived from evidence.

    layer: `logged` (from interactions), `stated` (from what people say), `either` (unweighted).
    half_life: days after which a contact counts half; None: no decay.
    weights: `table` (by kind of interaction, shared among those present) or `unit` (every tie-making event 1).
    theta, theta_strong: strengths from which a tie is weak, strong.
    minutes_scale: a contact counts by its length in hours.
    close: closeness (0..1) from which a stated tie is strong.
    staff_are_alters: programme and school staff count as contacts (they do not, by default).
    The defaults are this project's own; there is no published half-life for young people's ties.

    >>> Parameters(half_life=None).with_(theta=1.0).theta
    1.0
    """

    layer: Layer = "logged"
    half_life: float | None = 180.0
    weights: Weights = "table"
    theta: float = 0.25
    theta_strong: float = 2.0
    minutes_scale: bool = False
    close: float = 0.67
    staff_are_alters: bool = False

    def __post_init__(self) -> None:
        if self.layer not in LAYERS:
            raise UnknownParameter(f"The layer is one of {', '.join(LAYERS)}.", layer=self.layer)
        if self.weights not in WEIGHTS:
            raise UnknownParameter(f"Weights are one of {', '.join(WEIGHTS)}.", weights=self.weights)
        if self.half_life is not None and not 0 < self.half_life < 1e6:
            raise UnknownParameter("The half-life is a positive number of days, or none.")
        if not 0 < self.theta <= self.theta_strong < float("inf"):
            raise UnknownParameter("The thresholds are positive, and the weak one is not above the strong one.")

    def with_(self, **changes: Any) -> "Parameters":
        """The same with some choices changed."""
        return replace(self, **changes)

    def as_dict(self) -> dict[str, Any]:
        return asdict(self)

    def text(self) -> str:
        """The canonical form: goes into hashes, wave records and headers of reports."""
        return json.dumps(self.as_dict(), sort_keys=True)

    @classmethod
    def parse_half_life(cls, text: str) -> float | None:
        """A half-life as people write it: a number of days, or `none`.

        >>> Parameters.parse_half_life("none"), Parameters.parse_half_life("90")
        (None, 90.0)
        """
        if text.strip().lower() == "none":
            return None
        try:
            return float(text)
        except ValueError:
            raise UnknownParameter("The half-life is a positive number of days, or none.") from None
