"""Who was lost between assignment and outcome, held against What Works Clearinghouse's boundaries."""

from dataclasses import dataclass
from typing import Any, Literal

import numpy as np

from graph_service.errors import DataError
from graph_service.measures.cohort.columns import flags, labels, same_length

Assumption = Literal["cautious", "optimistic"]

# The highest differential attrition, in percentage points, that still counts as low, by whole percent of
# overall attrition from 0 on. WWC Standards Handbook 4.1, table II.1. Past the end
# of a row no differential is low.
_CAUTIOUS = (
    "5.7 5.8 5.9 5.9 6.0 6.1 6.2 6.3 6.3 6.3 "  # 0-9 % lost overall
    "6.3 6.2 6.2 6.1 6.0 5.9 5.9 5.8 5.7 5.5 "
    "5.4 5.3 5.2 5.1 4.9 4.8 4.7 4.5 4.4 4.3 "
    "4.1 4.0 3.8 3.6 3.5 3.3 3.2 3.1 2.9 2.8 "
    "2.6 2.5 2.3 2.1 2.0 1.8 1.6 1.5 1.3 1.2 "
    "1.0 0.9 0.7 0.6 0.4 0.3 0.2 0.0"
)
_OPTIMISTIC = (
    "10.0 10.1 10.2 10.3 10.4 10.5 10.7 10.8 10.9 10.9 "
    "10.9 10.9 10.9 10.8 10.8 10.7 10.6 10.5 10.3 10.2 "
    "10.0 9.9 9.7 9.5 9.4 9.2 9.0 8.8 8.6 8.4 "
    "8.2 8.0 7.8 7.6 7.4 7.2 7.0 6.7 6.5 6.3 "
    "6.0 5.8 5.6 5.3 5.1 4.9 4.6 4.4 4.2 3.9 "
    "3.7 3.5 3.2 3.0 2.8 2.6 2.3 2.1 1.9 1.6 "
    "1.4 1.1 0.9 0.7 0.5 0.3"
)
BOUNDARIES: dict[Assumption, tuple[float, ...]] = {
    "cautious": tuple(map(float, _CAUTIOUS.split())),
    "optimistic": tuple(map(float, _OPTIMISTIC.split())),
}


@dataclass(frozen=True, slots=True)
class Attrition:
    """Attrition of one level (learners or sites) of a two-arm study; shares, not percent.

    Attributes:
        level: what was lost.
        assigned, lost: counts by arm, treatment first.
        overall: lost / assigned of both arms together; null when nobody was assigned.
        differential: |share lost in treatment - share lost in comparison|; null when an arm is empty.
        low: by assumption, whether WWC calls this combination low attrition; null when undefined.
    """

    level: Literal["learners", "sites"]
    assigned: tuple[int, int]
    lost: tuple[int, int]
    overall: float | None
    differential: float | None
    low: dict[Assumption, bool | None]
    reason: str | None = None


def highest_low_differential(overall: float, assumption: Assumption = "cautious") -> float | None:
    """The highest differential attrition (a share) still low at this overall attrition (a share).

    Between two whole percents the stricter of the two boundaries holds (ours: the table is by whole
    percent). Null where no differential is low. Raises DataError outside 0..1.

    >>> highest_low_differential(.20), highest_low_differential(.20, "optimistic")
    (0.054, 0.1)
    """
    if not 0 <= overall <= 1:
        raise DataError("Attrition is a share between 0 and 1.")
    row = BOUNDARIES[assumption]
    percent = round(overall * 100, 9)
    below, above = int(np.floor(percent)), int(np.ceil(percent))
    if above >= len(row):
        return None
    return round(min(row[below], row[above]) / 100, 4)


def attrition(
    assigned: tuple[int, int], lost: tuple[int, int], level: Literal["learners", "sites"] = "learners"
) -> Attrition:
    """Overall and differential attrition of (treatment, comparison) counts, and what WWC calls them.

    >>> a = attrition((100, 100), (12, 20))
    >>> a.overall, a.differential, a.low
    (0.16, 0.08, {'cautious': False, 'optimistic': True})
    """
    for whole, part in zip(assigned, lost, strict=True):
        if not 0 <= part <= whole:
            raise DataError("No arm can lose more than it was assigned.")
    if 0 in assigned:
        nothing: dict[Assumption, bool | None] = {"cautious": None, "optimistic": None}
        overall = sum(lost) / sum(assigned) if sum(assigned) else None
        reason = "one_arm" if sum(assigned) else "no_one"
        return Attrition(level, assigned, lost, overall, None, nothing, reason)
    overall = sum(lost) / sum(assigned)
    differential = round(abs(lost[0] / assigned[0] - lost[1] / assigned[1]), 12)
    low: dict[Assumption, bool | None] = {}
    for assumption in BOUNDARIES:
        bound = highest_low_differential(overall, assumption)
        low[assumption] = bound is not None and differential <= bound + 1e-9
    return Attrition(level, assigned, lost, overall, differential, low)


def attrition_of_rows(treated: Any, observed: Any, sites: Any = None) -> tuple[Attrition, Attrition | None]:
    """Attrition from one row per assigned learner: of learners, and of sites when sites are given.

    A site is lost when none of its assigned learners was observed. With sites, learners are counted over
    the sites that stayed, so that the two levels do not count the same loss twice.
    Sites that hold both arms are no unit of assignment: site attrition is then not given.
    """
    same_length(treated=treated, observed=observed, sites=sites)
    arm, seen = flags(treated, "treated"), flags(observed, "observed")
    by_site, stayed = None, np.ones(len(arm), dtype=np.bool_)
    if sites is not None:
        codes = labels(sites).codes
        found, row = np.unique(codes, return_inverse=True)
        share = np.bincount(row, weights=arm) / np.bincount(row)
        if np.isin(share, (0.0, 1.0)).all():
            kept = np.bincount(row, weights=seen) > 0
            treat = share == 1.0
            by_site = attrition(
                (int(treat.sum()), int((~treat).sum())),
                (int((treat & ~kept).sum()), int((~treat & ~kept).sum())),
                "sites",
            )
            stayed = kept[row]
            del found
    arm, seen = arm[stayed], seen[stayed]
    learners = attrition((int(arm.sum()), int((~arm).sum())), (int((arm & ~seen).sum()), int((~arm & ~seen).sum())))
    return learners, by_site


def boundary_rows() -> list[tuple[int, float | None, float | None]]:
    """The table as rows (overall %, cautious pp, optimistic pp), for docs and charts."""
    cautious, optimistic = BOUNDARIES["cautious"], BOUNDARIES["optimistic"]
    return [
        (percent, cautious[percent] if percent < len(cautious) else None, optimistic[percent])
        for percent, _ in enumerate(optimistic)
    ]
