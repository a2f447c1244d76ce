"""Days from enrolment to the first professional tie: by group of learners, and by how the tie began."""

from collections.abc import Sequence

import numpy as np

from graph_service import clock
from graph_service.desks.aligned import Cohort
from graph_service.desks.telling import figure, withheld
from graph_service.desks.views.cohort_report import Figure, FirstTie
from graph_service.disclosure.suppression import Rule
from graph_service.measures.cohort.survival import Curve, groups_differ, time_to_first_tie
from graph_service.measures.first_ties import NEVER, first_days, ways

#: Days since enrolment at which the share without a tie is told.
DAYS = (90, 180, 365)


def first_ties(
    cohort: Cohort, codes: Sequence[str | None] | None, rule: Rule
) -> tuple[tuple[FirstTie, ...], Figure | None]:
    """The curves of groups (None: of everybody) and the test that they are one; learners without a tie censored."""
    found = _waited(cohort, None)
    if found is None:
        return (), None
    days, tied, followed = found
    here = np.flatnonzero(cohort.after >= 0).tolist()
    group = ["everyone"] * len(days) if codes is None else [codes[at] for at in here]
    curves = time_to_first_tie(days, tied, group)
    differs = None if codes is None else figure(groups_differ(days, tied, group))
    return tuple(_told(curve, rule, "any", _longest(followed, group, curve.group)) for curve in curves), differs


def first_tie_ways(cohort: Cohort, rule: Rule) -> tuple[FirstTie, ...]:
    """One curve for each way in which a tie can begin: all learners wait for the first one that began so.

    A learner counts in every curve, so that the ways are read beside each other and not tested as groups are.
    """
    made = []
    for (way, name), pairs in ways(cohort.second).items():
        found = _waited(cohort, pairs)
        if found is not None and found[1].any():
            days, tied, followed = found
            curve = time_to_first_tie(days, tied)[0]
            made.append(_told(curve, rule, way, float(np.nanmax(followed)), name))
    return tuple(made)


def _waited(cohort: Cohort, pairs: np.ndarray | None) -> tuple[np.ndarray, np.ndarray, np.ndarray] | None:
    """Days until the first tie or the second look, whether there is one, and days until the second look.

    NaN: enrolled on no known day. None: there is nobody.
    """
    snapshot, here = cohort.second, cohort.after[cohort.after >= 0]
    if snapshot.people is None or not len(here):
        return None
    assert snapshot.as_of is not None
    enrolled, first = snapshot.people.enrolled_since[here].astype(np.float64), first_days(snapshot, pairs)[here]
    tied = first != NEVER
    today = clock.day_number(snapshot.as_of)
    enrolled[enrolled <= -(10**6)] = np.nan
    if np.isnan(enrolled).all():
        return None
    days = np.maximum(np.where(tied, first, today) - enrolled, 0.0)
    return days, tied, np.maximum(today - enrolled, 0.0)


def _longest(followed: np.ndarray, group: Sequence[str | None], name: str) -> float:
    mine = followed[np.array([each == name for each in group], bool)]
    return float(np.nanmax(mine)) if not np.isnan(mine).all() else 0.0


def _told(curve: Curve, rule: Rule, way: str, longest: float, name: str | None = None) -> FirstTie:
    """A curve as it may leave: nothing that counts few learners with a tie, or few without."""
    small = curve.n < rule.k or min(curve.events, curve.n - curve.events) < rule.k
    return FirstTie(
        group=name or curve.group,
        way=way,
        n=None if small else curve.n,
        events=None if small else curve.events,
        median=withheld("small_group") if curve.n < rule.k or curve.events < rule.k else figure(curve.median),
        without={str(day): _share(curve, day, rule, longest) for day in DAYS},
    )


def _share(curve: Curve, day: int, rule: Rule, longest: float) -> Figure:
    if day > longest:
        return withheld("not_observed_so_long")
    had = sum(step.events for step in curve.steps if step.day <= day)
    if curve.n < rule.k:
        return withheld("small_group")
    if min(had, curve.n - had) < rule.k:
        return withheld("small_cell")
    return figure(curve.at(day))
