"""Were the arms alike before anything happened: WWC's bands of baseline equivalence."""

from dataclasses import dataclass
from typing import Any, Literal

import numpy as np

from graph_service.measures.cohort.columns import numbers
from graph_service.measures.cohort.effects import cox_index, hedges_g
from graph_service.measures.cohort.estimate import Estimate

Band = Literal["equivalent", "adjust", "not_equivalent"]

ALIKE, ADJUSTABLE = 0.05, 0.25


@dataclass(frozen=True, slots=True)
class Equivalence:
    """The baseline difference of one measure and what it allows.

    `equivalent`: |g| <= .05. `adjust`: .05 < |g| <= .25, the analysis must adjust for the measure.
    `not_equivalent`: |g| > .25. The band is null when the difference is.
    """

    difference: Estimate
    band: Band | None


def band(g: float) -> Band:
    """The band of a standardised baseline difference (WWC Procedures and Standards Handbook).

    >>> band(.05), band(-.2), band(.26)
    ('equivalent', 'adjust', 'not_equivalent')
    """
    size = round(abs(g), 12)
    if size <= ALIKE:
        return "equivalent"
    return "adjust" if size <= ADJUSTABLE else "not_equivalent"


def baseline_equivalence(treatment: Any, comparison: Any) -> Equivalence:
    """Equivalence of the analysed learners at baseline: Hedges g, or the Cox index of a yes/no measure."""
    values = np.concatenate([numbers(treatment, "treatment"), numbers(comparison, "comparison")])
    known = values[~np.isnan(values)]
    two_valued = len(known) > 0 and bool(np.isin(known, (0.0, 1.0)).all())
    difference = (cox_index if two_valued else hedges_g)(treatment, comparison)
    if difference.value is None and len(known) > 1 and len(np.unique(known)) == 1:
        # no variation to scale by, but everybody holds the same value: nothing differs
        return Equivalence(difference, "equivalent")
    return Equivalence(difference, None if difference.value is None else band(difference.value))
