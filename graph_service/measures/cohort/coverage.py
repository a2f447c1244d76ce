"""How much of a cohort was observed at all, and by how many people."""

from dataclasses import dataclass
from typing import Any

import numpy as np

from graph_service.measures.cohort.columns import flags, labels, numbers
from graph_service.measures.cohort.estimate import Estimate
from graph_service.measures.cohort.extras import statistics_library


@dataclass(frozen=True, slots=True)
class Logging:
    """How evenly the evidence was written down.

    Attributes:
        loggers: people who logged anything.
        per_logger: mean ties (or interactions) per logger.
        largest_share: share of the evidence that the busiest logger wrote; near 1 means that one
            person's habits are being measured.
    """

    loggers: int
    per_logger: Estimate
    largest_share: Estimate


def coverage(any_logged: Any, *, level: float = 0.95) -> Estimate:
    """Share of learners on the roster with any logged contact; Wilson interval.

    >>> coverage([1, 1, 0, 1]).value
    0.75
    """
    seen = flags(any_logged, "any_logged")
    n = len(seen)
    if n == 0:
        return Estimate.null("empty_roster", 0, "coverage")
    proportion = statistics_library("statsmodels.stats.proportion", "coverage")
    low, high = proportion.proportion_confint(int(seen.sum()), n, alpha=1 - level, method="wilson")
    return Estimate.of(seen.mean(), n, "coverage, Wilson interval", low=low, high=high, level=level)


def logging(logger: Any, weight: Any = None) -> Logging:
    """Evidence per logger. `logger`: who wrote each tie or interaction down; `weight`: rows it stands for."""
    who = labels(logger)
    amount = np.ones(len(who.codes)) if weight is None else numbers(weight, "weight")
    known = who.codes >= 0
    per = np.bincount(who.codes[known], weights=amount[known], minlength=len(who.names))
    if not len(who.names) or per.sum() == 0:
        null = Estimate.null("nothing_logged", 0, "ties per logger")
        return Logging(0, null, null)
    n = int(known.sum())
    return Logging(
        len(per),
        Estimate(float(per.mean()), n, "ties per logger"),
        Estimate(float(per.max() / per.sum()), n, "share of the busiest logger"),
    )
