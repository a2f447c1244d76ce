"""Which figures a report tells, each of a fact, of days, about some learners: what the release log judges it by."""

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

import numpy as np

from graph_service.desks.aligned import Cohort
from graph_service.desks.frozen import Frozen
from graph_service.desks.views.cohort_report import CohortReport
from graph_service.desks.views.evaluation import Evaluation
from graph_service.desks.views.study import StudyTold
from graph_service.disclosure.figures import Told
from graph_service.wbl.reports import Report


def of_cohort(report: CohortReport, cohort: Cohort) -> list[Told]:
    """The figures of a cohort's report."""
    ids = np.array(cohort.ids, object)
    start, end = report.start, report.end
    first, second = cohort.before >= 0, cohort.after >= 0

    def told(fact: str, days: tuple[Any, ...], rows: np.ndarray) -> Told:
        return Told(fact, days, frozenset(ids[rows].tolist()))

    found: list[Told] = []
    measured = {}
    for each in report.outcomes:
        pair = cohort.values(each.measure, report.model)  # type: ignore[arg-type]
        before, after = (~np.isnan(values) for values in pair)
        measured[each.measure] = before, after
        if _told(each.before):
            found.append(told(each.measure, (start,), before))
        if _told(each.after):
            found.append(told(each.measure, (end,), after))
        if _told(each.change):
            found.append(told(f"change {each.measure}", (start, end), before & after))
    for net in report.networks:
        found += [
            told(net.id, (day,), rows)
            for day, rows, figure in ((start, first, net.before), (end, second, net.after))
            if _told(figure)
        ]
    found += [
        told("recorded", (day,), rows)
        for day, rows, figure in zip((start, end), (first, second), report.coverage, strict=True)
        if _told(figure)
    ]
    codes = [None] * len(ids) if report.by is None else cohort.groups(report.by)
    groups = {code: np.array([each == code for each in codes], bool) for code in set(codes)}
    for line in (*report.first_tie, *report.first_tie_ways):
        if line.n is not None:
            fact = "first_tie" if line.way == "any" else f"first_tie by {line.way}"
            found.append(told(fact, (end,), groups.get(line.group, np.ones(len(ids), bool)) & second))
    for row in report.subgroups:
        before, after = measured[row.measure]
        if _told(row.level) or _told(row.level_gap):
            found.append(told(row.measure, (end,), groups[row.group] & after))
        if any(map(_told, (row.growth, row.growth_gap, row.within_sites))):
            found.append(told(f"change {row.measure}", (start, end), groups[row.group] & before & after))
    if report.arms is not None:
        sides = report.arms.treatment, report.arms.comparison
        for contrast in report.arms.rows:
            if _told(contrast.effect) or _told(contrast.baseline):
                before, after = measured[contrast.measure]
                fact = f"change {contrast.measure}"
                found += [told(fact, (start, end), groups[side] & before & after) for side in sides]
    return found


def of_dimensions(view: Evaluation, first: Frozen, last: Frozen) -> Iterator[Told]:
    """The figures of the evaluator's table of measures at two waves."""
    people = sorted(first.values.keys() & last.values.keys())
    ids = np.array(people, object)
    days = first.as_of, last.as_of
    for row in view.dimensions:
        if _told(row.change):
            both = ~(np.isnan(first.column(row.measure, people)) | np.isnan(last.column(row.measure, people)))
            measured = frozenset(ids[both].tolist())
            yield from (Told(row.measure, (day,), measured) for day in days)
            yield Told(f"change {row.measure}", days, measured)


def of_study(found: StudyTold, days: tuple[date, date], arms: Mapping[str, frozenset[str]]) -> Iterator[Told]:
    """The figures of a study's report. arms: internal ids of the learners of each arm."""
    for each in found.outcomes:
        for arm, people in arms.items():
            if _told(each.growth.get(arm)):
                yield Told(f"change {each.measure}", days, people)
        if _told(each.effect):
            # A difference of two means is no sum over people: it is compared with effects alone.
            yield Told(f"effect on {each.measure}", days, frozenset().union(*arms.values()))


def of_report(found: Report, shown: dict[tuple[str, str], bool]) -> Iterator[Told]:
    """The lines of a report that are told, by cut and value."""
    for (cut, value), yes in shown.items():
        if yes:
            days = found.first, found.last
            yield Told(f"report {found.definition.id}", days, found.people[cut, value])


def _told(figure: Any) -> bool:
    return figure is not None and (figure.value is not None or bool(getattr(figure, "coded", None)))
