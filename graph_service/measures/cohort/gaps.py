"""For whom: levels and growth by subgroup, and the gaps to a reference group."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from graph_service.errors import DataError
from graph_service.measures.cohort.columns import labels, numbers, same_length
from graph_service.measures.cohort.estimate import Estimate
from graph_service.measures.cohort.observation import Observation, waves_refused
from graph_service.measures.cohort.resampling import (
    Resampling,
    bootstrapped,
    bootstrapped_difference,
    units,
)


@dataclass(frozen=True, slots=True)
class Gap:
    """One subgroup: its level after, its growth, and how both differ from the reference group's.

    The reference group has null gaps with reason `reference`.
    """

    group: str
    level: Estimate
    growth: Estimate
    level_gap: Estimate
    growth_gap: Estimate


def gaps(
    group: Any,
    after: Any,
    before: Any = None,
    *,
    reference: str,
    sites: Any = None,
    observed: tuple[Observation | None, Observation | None] = (None, None),
    how: Resampling | None = None,
) -> list[Gap]:
    """Level and growth of every subgroup, and their gaps to `reference`, each with n and interval.

    The level uses everybody measured at the later wave, growth only those measured at both. Gaps are the
    group minus the reference; their n counts both groups. Learners of unknown group are in none.
    Raises DataError when the reference group does not occur.

    >>> found = gaps(["a", "a", "b", "b"], [4, 6, 1, 3], [2, 2, 1, 1], reference="a")
    >>> [(g.group, g.level.value, g.growth.value, g.level_gap.value, g.growth_gap.value) for g in found]
    [('a', 5.0, 3.0, None, None), ('b', 2.0, 1.0, -3.0, -2.0)]
    """
    how = how or Resampling()
    same_length(group=group, after=after, before=before, sites=sites)
    of = labels(group)
    if reference not in of.names:
        raise DataError(f"The reference group {reference!r} does not occur.")
    b = numbers(after, "after")
    a = np.full(len(b), np.nan) if before is None else numbers(before, "before")
    site = None if sites is None else labels(sites).codes
    refused = waves_refused(*observed)
    ref = of.where(reference)

    def mean(values: NDArray[np.float64], mine: NDArray[np.bool_], name: str) -> Estimate:
        use = mine & ~np.isnan(values)
        n = int(use.sum())
        if n == 0:
            return Estimate.null("no_one_measured", 0, name)
        moments = np.column_stack([np.ones(n), values[use]])
        drawn = units(moments, None if site is None else site[use], how)
        return bootstrapped(drawn, lambda m: m[..., 1] / m[..., 0], n, name, how)

    def difference(values: NDArray[np.float64], mine: NDArray[np.bool_], name: str) -> Estimate:
        if (mine == ref).all():
            return Estimate.null("reference", 0, name)
        use = (mine | ref) & ~np.isnan(values)
        n = int(use.sum())
        here, there = (mine & use)[use].astype(float), (ref & use)[use].astype(float)
        if min(here.sum(), there.sum()) < 2:
            return Estimate.null("too_few", n, name)
        held = values[use]
        moments = np.column_stack([here, here * held, there, there * held])
        drawn = units(moments, None if site is None else site[use], how)
        if drawn.name == "learners":
            return bootstrapped_difference(held[here == 1], held[there == 1], name, how)
        return bootstrapped(drawn, lambda m: m[..., 1] / m[..., 0] - m[..., 3] / m[..., 2], n, name, how)

    rows = []
    for name in of.names:
        mine = of.where(name)
        growth: Estimate | None = None
        if refused or before is None:
            growth = Estimate.null(refused.reason if refused else "one_wave", 0, "growth")
        rows.append(
            Gap(
                name,
                mean(b, mine, "level"),
                growth or mean(b - a, mine, "growth"),
                difference(b, mine, "level gap"),
                growth or difference(b - a, mine, "growth gap"),
            )
        )
    return rows
