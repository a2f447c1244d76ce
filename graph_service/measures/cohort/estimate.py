"""The result of every cohort statistic: a value or a null with its reason, n, an interval, the method."""

import math
from dataclasses import dataclass
from typing import Any, Self


@dataclass(frozen=True, slots=True)
class Interval:
    """An uncertainty interval at confidence `level` (a share, such as .95)."""

    low: float
    high: float
    level: float = 0.95

    def __post_init__(self) -> None:
        if not (math.isfinite(self.low) and math.isfinite(self.high) and self.low <= self.high):
            raise ValueError("an interval has two finite ends in order")

    def holds(self, value: float) -> bool:
        """Whether `value` lies in the interval, its ends included."""
        return self.low <= value <= self.high


@dataclass(frozen=True, slots=True)
class Estimate:
    """One number about a cohort, or null with the reason.

    Attributes:
        value: the estimate; null when undefined, never NaN.
        n: how many learners (or ties, or items: what the statistic counts) it rests on.
        method: how value, interval and p were computed, in the field's words.
        interval: null when none can be given; `reason` then says why.
        p: two-sided p-value where a hypothesis of no difference was tested.
        clusters: how many sites the inference resampled or clustered over.
        reason: why the value, or else its interval, is null.

    >>> Estimate.of(float("nan"), n=3, method="mean")
    Estimate(value=None, n=3, method='mean', interval=None, p=None, clusters=None, reason='undefined')
    """

    value: float | None
    n: int
    method: str
    interval: Interval | None = None
    p: float | None = None
    clusters: int | None = None
    reason: str | None = None

    def __post_init__(self) -> None:
        for number in (self.value, self.p):
            if number is not None and not math.isfinite(number):
                raise ValueError("an estimate is a finite number or null")
        if self.value is None and self.reason is None:
            raise ValueError("a null estimate says why")

    @classmethod
    def null(cls, reason: str, n: int = 0, method: str = "", clusters: int | None = None) -> Self:
        """An undefined estimate with its reason."""
        return cls(None, n, method, clusters=clusters, reason=reason)

    @classmethod
    def of(
        cls,
        value: Any,
        n: int,
        method: str,
        *,
        low: Any = None,
        high: Any = None,
        level: float = 0.95,
        p: Any = None,
        clusters: int | None = None,
        reason: str | None = None,
    ) -> Self:
        """An estimate from numbers that may be NaN or infinite: what is not finite becomes null."""
        number = finite(value)
        if number is None:
            return cls.null(reason or "undefined", n, method, clusters)
        interval, below, above = None, finite(low), finite(high)
        if below is not None and above is not None:
            interval = Interval(min(below, above), max(below, above), level)
        if interval is None and reason is None and low is not None:
            reason = "no_variation"
        return cls(number, n, method, interval, finite(p), clusters, reason if interval is None else None)


def finite(number: Any) -> float | None:
    """A float, or null when the number is missing, NaN or infinite."""
    if number is None:
        return None
    value = float(number)
    return value if math.isfinite(value) else None
