"""Reports as they may leave: counts, shares with intervals, small groups hidden."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date, timedelta
from pathlib import Path

import numpy as np

from graph_service.desks.equity import ModesView, gained, modes
from graph_service.desks.figures_told import of_report
from graph_service.desks.work import work_of
from graph_service.disclosure.complementary import protect
from graph_service.disclosure.scope import ScopedReader
from graph_service.disclosure.suppression import Rule, small
from graph_service.disclosure.tables import two_way
from graph_service.wbl import reports
from graph_service.wbl.experiences import wilson
from graph_service.wbl.reports import ALL


@dataclass(frozen=True)
class ReportRow:
    """One line: how many of a group count as yes, of how many; nulls where that would tell of few people."""

    cut: str
    value: str
    numerator: int | None
    denominator: int | None
    share: float | None
    low: float | None
    high: float | None


@dataclass(frozen=True)
class ReportView:
    """A report: its definition and version, its period, its lines, whom it could not classify, what is hidden."""

    id: str
    version: str
    title: Mapping[str, str]
    source: str
    unit: str
    population: str
    numerator: str
    first: date
    last: date
    as_of: date
    rows: tuple[ReportRow, ...]
    unclassified: Mapping[str, int | None]
    hidden: int
    suppression: str


#: Reports by subgroup that tell of equity together.
EQUITY = ("access", "quality", "on-site", "paid", "network-growth")


@dataclass(frozen=True)
class EquityView:
    """Access, quality, mode, pay and network growth by subgroup, and each mode against in person."""

    reports: tuple[ReportView, ...]
    modes: ModesView


def equity(reader: ScopedReader, as_of: date, first: date | None = None) -> EquityView:
    """Of a period that ends on a day and begins a year before, or on `first`. Small groups are hidden from everybody.

    Raises UsageError.
    """
    begin = first or as_of - timedelta(days=365)
    return EquityView(tuple(report(reader, name, begin, as_of, as_of) for name in EQUITY), modes(reader, begin, as_of))


def definitions(path: Path | None = None) -> tuple[reports.Definition, ...]:
    """The definitions of a file, or the shipped ones. Raises BadDefinition."""
    return reports.read(path)


def report(
    reader: ScopedReader, id: str, first: date, last: date, as_of: date, path: Path | None = None,
    rule: Rule | None = None, *, internal: bool = False,
) -> ReportView:  # fmt: skip
    """Run a report. internal: counts as they are, for whoever may see each learner of the scope anyway.

    Raises UnknownParameter, UsageError, BadDefinition.
    """
    return _view(
        _counted(reader, id, first, last, as_of, path), as_of, rule or Rule(), internal and not reader.suppressed
    )


def published(
    reader: ScopedReader, id: str, first: date, last: date, as_of: date, path: Path | None = None,
    rule: Rule | None = None,
) -> ReportView:  # fmt: skip
    """Run a report that leaves: written to the release log first. Raises as `report`, and WouldTell."""
    rule = rule or Rule()
    found = _counted(reader, id, first, last, as_of, path)
    view = _view(found, as_of, rule, False)
    shown = {(row.cut, row.value): row.denominator is not None for row in view.rows}
    result = json.dumps(asdict(view), default=str)
    reader.publish_figures(f"report {id} {first} to {last}", as_of, list(of_report(found, shown)), result, rule)
    return view


def _counted(reader: ScopedReader, id: str, first: date, last: date, as_of: date, path: Path | None) -> reports.Report:
    work = work_of(reader, as_of)
    return reports.run(work, reports.chosen(id, path), first, last, lambda: gained(reader, first, last))


def _view(found: reports.Report, as_of: date, rule: Rule, open_: bool) -> ReportView:
    patterns = [dict.fromkeys((*each.values, ALL), True) if open_ else _shown(each.values, rule) for each in found.cuts]
    # The sums of any cut may give the whole away, so it is shown only where all of them show it.
    whole = open_ or (_large(found.total, rule) and all(shown[ALL] for shown in patterns))
    rows = [_row(ALL, ALL, found.total, whole)]
    for counted, shown in zip(found.cuts, patterns, strict=True):
        rows += [_row(counted.cut, value, sums, shown[value]) for value, sums in counted.values.items()]
    hidden = sum(row.denominator is None for row in rows)
    unclassified = {why: count if open_ or count >= rule.k else None for why, count in found.unclassified.items()}
    told = f"lines that would tell of fewer than {rule.k} learners are hidden, and others that would give them away"
    made = found.definition
    return ReportView(
        made.id, made.version, made.title, made.source, made.unit, made.population, made.numerator,
        found.first, found.last, as_of,
        tuple(rows), unclassified, hidden, "none: internal" if open_ else told,
    )  # fmt: skip


def _large(sums: tuple[int, int, int, int], rule: Rule) -> bool:
    """Whether there are enough learners both among the yes and among the no; nobody at all tells nothing."""
    _, whole, people, among = sums
    return not whole or min(among, people - among) >= rule.k


def _shown(values: Mapping[str, tuple[int, int, int, int]], rule: Rule) -> dict[str, bool]:
    """Which lines of a cut may be told: none with a small yes or no, none that sums would give away."""
    if not values:
        return {ALL: True}
    counts = [[yes, whole - yes] for yes, whole, _, _ in values.values()]
    table = two_way(counts, [f"{at}" for at in range(len(values))], ["yes", "no"])
    primary = small(table, rule).reshape(table.values.shape)
    for at, (_, _, people, among) in enumerate(values.values()):
        # Experiences may be many and their learners few.
        primary[at, 0] |= among < rule.k
        primary[at, 1] |= people - among < rule.k
    hidden = protect(table, np.asarray(primary.ravel()), rule.k).hidden.reshape(table.values.shape)
    return {value: not hidden[at].any() for at, value in enumerate((*values, ALL))}


def _row(cut: str, value: str, sums: tuple[int, int, int, int], shown: bool) -> ReportRow:
    yes, whole, _, _ = sums
    if not shown:
        return ReportRow(cut, value, None, None, None, None, None)
    low, high = wilson(yes, whole)
    return ReportRow(cut, value, yes, whole, yes / whole if whole else None, low, high)
