"""For whom: levels and growth by subgroup, and the gaps to a reference group."""

from dataclasses import dataclass
from typing import Any

import numpy as np

from graph_service.errors import DataError
from graph_service.measures.cohort.columns import Codes, Floats, Labels, labels, numbers, same_length
from graph_service.measures.cohort.estimate import Estimate
from graph_service.measures.cohort.observation import Observation, waves_refused
from graph_service.measures.cohort.resampling import (
    Resampling,
    Units,
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
    site = None if sites is None else labels(sites).codes
    later = numbers(after, "after")
    level = _Groups("level", later, of, site, reference, how)
    refused = waves_refused(*observed)
    if refused or before is None:
        null = Estimate.null(refused.reason if refused else "one_wave", 0, "growth")
        return [Gap(name, level.mean(name), null, level.gap(name), null) for name in of.names]
    growth = _Groups("growth", later - numbers(before, "before"), of, site, reference, how)
    return [Gap(name, level.mean(name), growth.mean(name), level.gap(name), growth.gap(name)) for name in of.names]


class _Groups:
    """The groups' means of one column, drawn once each."""

    def __init__(
        self, what: str, values: Floats, of: Labels, site: Codes | None, reference: str, how: Resampling
    ) -> None:
        self.what, self.values, self.of, self.site = what, values, of, site
        self.reference, self.how, self.known = reference, how, ~np.isnan(values)
        self.drawn: dict[str, Units] = {}

    def mean(self, name: str) -> Estimate:
        n = len(self.rows(name))
        if n == 0:
            return Estimate.null("no_one_measured", 0, self.what)
        return bootstrapped(self.units(name), lambda m: m[..., 1] / m[..., 0], n, self.what, self.how)

    def gap(self, name: str) -> Estimate:
        method = f"{self.what} gap"
        if name == self.reference:
            return Estimate.null("reference", 0, method)
        here, there = self.rows(name), self.rows(self.reference)
        n = len(here) + len(there)
        if min(len(here), len(there)) < 2:
            return Estimate.null("too_few", n, method)
        rows = np.concatenate([here, there])
        mine = np.repeat([1.0, 0.0], [len(here), len(there)])
        held = self.values[rows]
        moments = np.column_stack([mine, mine * held, 1 - mine, (1 - mine) * held])
        together = units(moments, None if self.site is None else self.site[rows], self.how)
        if together.name == "sites":  # a site that is drawn brings its learners of both groups
            return bootstrapped(together, lambda m: m[..., 1] / m[..., 0] - m[..., 3] / m[..., 2], n, method, self.how)
        return bootstrapped_difference(self.units(name), self.units(self.reference), method, self.how)

    def rows(self, name: str) -> Codes:
        return np.flatnonzero(self.of.where(name) & self.known)

    def units(self, name: str) -> Units:
        if name not in self.drawn:
            rows = self.rows(name)
            moments = np.column_stack([np.ones(len(rows)), self.values[rows]])
            self.drawn[name] = units(moments, None if self.site is None else self.site[rows], self.how)
        return self.drawn[name]
