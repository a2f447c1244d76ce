"""By what instrument or source something was observed: the precondition of every difference."""

from dataclasses import dataclass
from typing import Literal

Layer = Literal["logged", "stated", "either"]

MEASURED_DIFFERENTLY = "measured_differently"
INSTRUMENT_CHANGED = "instrument_changed"


@dataclass(frozen=True, slots=True)
class Observation:
    """The instrument (a survey) or source (a log) of a value.

    Attributes:
        source: instrument or feed, such as `coordinator_log` or `scale_survey`.
        version: of the instrument; a changed wording or item set is another version.
        layer: the layer of ties it feeds.
    """

    source: str
    version: str = ""
    layer: Layer = "logged"

    def __str__(self) -> str:
        return f"{self.source} {self.version}".strip() + f" ({self.layer})"


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why two things are not compared: a code, and a sentence for the reader."""

    reason: str
    sentence: str


def arms_refused(treatment: Observation | None, comparison: Observation | None) -> Refusal | None:
    """Refuses arms that were not observed by the same instrument or source.

    Logs exist only where a programme logs: a difference between a logging and a non-logging arm would
    measure logging.

    >>> arms_refused(Observation("coordinator_log"), Observation("roster")).reason
    'measured_differently'
    """
    if treatment is None or comparison is None:
        return Refusal(MEASURED_DIFFERENTLY, "It is not recorded how both arms were observed.")
    if treatment != comparison:
        return Refusal(
            MEASURED_DIFFERENTLY,
            f"One arm was observed by {treatment}, the other by {comparison}.",
        )
    return None


def waves_refused(before: Observation | None, after: Observation | None) -> Refusal | None:
    """Refuses a delta when the instrument changed between the waves. Both unknown: nothing is refused."""
    if before is None and after is None:
        return None
    if before is None or after is None:
        return Refusal(INSTRUMENT_CHANGED, "It is not recorded how one of the waves was observed.")
    if before != after:
        return Refusal(INSTRUMENT_CHANGED, f"The first wave was observed by {before}, the later by {after}.")
    return None
