"""Time to the first professional tie (Q7): Kaplan-Meier curves by subgroup, learners without one censored."""

import warnings
from dataclasses import dataclass
from typing import Any

import numpy as np

from graph_service.measures.cohort.columns import Flags, Floats, flags, labels, numbers, same_length
from graph_service.measures.cohort.estimate import Estimate, Interval, finite
from graph_service.measures.cohort.extras import statistics_library


@dataclass(frozen=True, slots=True)
class Step:
    """One day on which somebody of the group got a first tie.

    Attributes:
        day: days since enrolment.
        at_risk: learners still without a tie and still observed just before.
        events: first ties on this day.
        without: share of learners still without a tie after the day.
        interval: of `without`; null where the log-log interval is undefined (the curve is at 0).
    """

    day: float
    at_risk: int
    events: int
    without: float
    interval: Interval | None


@dataclass(frozen=True, slots=True)
class Curve:
    """The Kaplan-Meier curve of one group.

    Attributes:
        group: its name.
        n, events: learners, and those who got a tie.
        steps: the curve, only the days with events.
        median: days until half of the group has a tie; null (`not_reached`) when less than half has.
    """

    group: str
    n: int
    events: int
    steps: tuple[Step, ...]
    median: Estimate

    def without_at(self, day: float) -> float | None:
        """Share still without a tie after `day`; null past the last observed day is the caller's to judge."""
        reached = [step.without for step in self.steps if step.day <= day]
        return reached[-1] if reached else (1.0 if self.n else None)

    def at(self, day: float) -> Estimate:
        """The same with its interval; without one (`no_events`) before the first tie, and where the curve is at 0."""
        method = "Kaplan-Meier, log-log interval"
        reached = [step for step in self.steps if step.day <= day]
        if not self.n:
            return Estimate.null("no_one", 0, method)
        if not reached:
            return Estimate.of(1.0, self.n, method, reason="no_events")
        ends = reached[-1].interval
        if ends is None:
            return Estimate.of(reached[-1].without, self.n, method, reason="interval_open")
        return Estimate.of(reached[-1].without, self.n, method, low=ends.low, high=ends.high, level=ends.level)


def time_to_first_tie(days: Any, has_tie: Any, group: Any = None, *, level: float = 0.95) -> list[Curve]:
    """Kaplan-Meier curves with log-log intervals, one per group (one for all when no group is given).

    Parameters:
        days: days from enrolment to the first professional tie, or to the end of observation.
        has_tie: whether the day is of a tie (true) or of the end of observation (false: censored).
        group: subgroup, origin or mode; learners of unknown group are in no curve.

    Rows without days are left out. Source: Kaplan & Meier 1958, intervals Borgan & Liestol 1990.

    >>> curve, = time_to_first_tie([5, 10, 10, 20], [1, 1, 0, 1])
    >>> [(s.day, s.at_risk, s.events, round(s.without, 9)) for s in curve.steps]
    [(5.0, 4, 1, 0.75), (10.0, 3, 1, 0.5), (20.0, 1, 1, 0.0)]
    """
    same_length(days=days, has_tie=has_tie, group=group)
    time, tied = numbers(days, "days"), flags(has_tie, "has_tie")
    known = ~np.isnan(time)
    of = labels(["everyone"] * len(time) if group is None else group)
    return [_curve(name, time[known & of.where(name)], tied[known & of.where(name)], level) for name in of.names]


def groups_differ(days: Any, has_tie: Any, group: Any) -> Estimate:
    """Log-rank test of equal curves; the value is the chi-square statistic with groups - 1 df."""
    same_length(days=days, has_tie=has_tie, group=group)
    time, tied, of = numbers(days, "days"), flags(has_tie, "has_tie"), labels(group)
    use = ~np.isnan(time) & (of.codes >= 0)
    method, n = "log-rank test", int(use.sum())
    if len(np.unique(of.codes[use])) < 2:
        return Estimate.null("one_group", n, method)
    if not tied[use].any():
        return Estimate.null("no_events", n, method)
    logrank = statistics_library("lifelines.statistics", "the log-rank test").multivariate_logrank_test
    with warnings.catch_warnings():
        # lifelines calls pandas in ways that a later pandas will not take; nothing that a reader could act on
        warnings.simplefilter("ignore", DeprecationWarning)
        test = logrank(time[use], of.codes[use], tied[use])
    return Estimate.of(test.test_statistic, n, method, p=test.p_value)


def _curve(name: str, time: Floats, tied: Flags, level: float) -> Curve:
    n, events = len(time), int(tied.sum())
    if n == 0:
        return Curve(name, 0, 0, (), Estimate.null("no_one", 0, "Kaplan-Meier median"))
    lifelines = statistics_library("lifelines", "Kaplan-Meier curves")
    fitted = lifelines.KaplanMeierFitter(alpha=1 - level).fit(time, tied)
    table, ends = fitted.event_table, fitted.confidence_interval_
    steps = []
    for day, row in table[table["observed"] > 0].iterrows():
        low, high = finite(ends.loc[day].iloc[0]), finite(ends.loc[day].iloc[1])
        without = float(fitted.survival_function_.loc[day].iloc[0])
        interval = None
        if low is not None and high is not None and 0 < without < 1:
            interval = Interval(low, high, level)
        steps.append(Step(float(day), int(row["at_risk"]), int(row["observed"]), without, interval))
    return Curve(name, n, events, tuple(steps), _median(fitted, n, level, lifelines))


def _median(fitted: Any, n: int, level: float, lifelines: Any) -> Estimate:
    method = "Kaplan-Meier median, log-log interval"
    ends = lifelines.utils.median_survival_times(fitted.confidence_interval_)
    low, high = float(ends.iloc[0, 0]), float(ends.iloc[0, 1])
    value = finite(fitted.median_survival_time_)
    if value is None:
        return Estimate.null("not_reached", n, method)
    return Estimate.of(value, n, method, low=low, high=high, level=level, reason="interval_open")
