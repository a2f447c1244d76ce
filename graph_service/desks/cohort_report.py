"""Did networks grow, for whom, compared with what, and how far can it be believed: the evaluator's report."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from graph_service import clock
from graph_service.desks.aligned import Cohort, Look, align
from graph_service.desks.contrasts import arms_of, subgroups_of
from graph_service.desks.first_ties import first_tie_ways, first_ties
from graph_service.desks.telling import figure, is_share, level, near, told, withheld
from graph_service.desks.views.cohort_report import Cell, CohortReport, Figure, Network, Observed, Outcome
from graph_service.disclosure.scope import ScopedReader
from graph_service.disclosure.suppression import Rule, change_withheld
from graph_service.errors import UnknownMeasure, UsageError
from graph_service.measures import catalogue
from graph_service.measures.catalogue import Model
from graph_service.measures.cohort.change import change, cox_index_of_waves, rate_ratio_of_waves
from graph_service.measures.cohort.coverage import coverage, logging
from graph_service.measures.cohort.estimate import Estimate
from graph_service.measures.cohort.observation import Observation, waves_refused
from graph_service.measures.cohort.observed import Observations, counted, of_waves, source_of
from graph_service.measures.cohort.resampling import Resampling
from graph_service.measures.cohort.sensitivity import Panel, sensitivity
from graph_service.measures.cohort.vertex import density, networks_differ, vertex_bootstrap
from graph_service.snapshot.parameters import Parameters
from graph_service.snapshot.snapshot import Snapshot

#: What is looked at when nothing is named: the four dimensions side by side, never one score.
OUTCOMES = (
    "network_size",
    "professional_network_size",
    "unconnected",
    "strong_ties",
    "resources_received",
    "effective_size",
    "constraint",
    "iqv_sector",
    "extensity",
    "upper_reachability",
    "activation_ratio",
)
#: Measures of the cohort as a whole.
WHOLE = ("economic_connectedness", "exposure", "friending_bias", "reciprocity", "arc_reciprocity")
#: People up to which networks are drawn again, and how often: each draw holds all pairs.
DRAWN_PEOPLE, DRAWN = 800, 199


def cohort_report(
    reader: ScopedReader,
    start: Look,
    end: Look,
    *,
    by: str | None = None,
    reference: str | None = None,
    arms: tuple[str, str] | None = None,
    measures: Sequence[str] = OUTCOMES,
    parameters: Parameters | None = None,
    model: Model = "whole",
    rule: Rule | None = None,
    how: Resampling | None = None,
    panel: bool = True,
    versions: dict[str, str] | None = None,
    cohort: Cohort | None = None,
) -> CohortReport:
    """The report of the learners in the reader's scope between two looks.

    by: field whose groups are compared with `reference` (default: the largest). arms: two values of `by` for a
    difference-in-differences. panel: the headline again under other half-lives and thresholds. cohort: the learners of
    the looks, where they are aligned already.
    Changes are refused where another instrument or feed observed the second day; arms where it observed one of them.
    Raises UnknownMeasure, UsageError.
    """
    rule, how, chosen = rule or Rule(), how or Resampling(), parameters or reader.parameters
    declared = catalogue.of_level("learner")
    for id in measures:
        if id not in declared:
            raise UnknownMeasure(measure=id)
    if start.as_of > end.as_of:
        raise UsageError("The first day is after the second.")
    cohort = cohort or align(reader, (start, end), chosen)
    seen = {id: observed_of(cohort, id) for id in measures}
    counts = counted(cohort.first), counted(cohort.second)
    refused = {id: refusal.sentence for id, pair in seen.items() if (refusal := waves_refused(*pair))}
    outcomes = tuple(_outcome(cohort, id, model, seen[id], rule, how) for id in measures)
    codes = None if by is None else cohort.groups(by)
    table = None if codes is None else subgroups_of(cohort, codes, measures, model, reference, seen, rule, how)
    sides = None if codes is None or arms is None else arms_of(cohort, codes, arms, measures, model, rule, how)
    first = first_ties(cohort, codes, rule)
    logged = panel and bool(measures) and source_of(measures[0], chosen.layer) == "logged"
    found = panel_of(cohort, measures[0], model, seen[measures[0]], how) if logged else None
    written = loggers_of(cohort.second)
    return CohortReport(
        start=start.as_of,
        end=end.as_of,
        waves=(start.wave, end.wave),
        revisions=(cohort.first.revision, cohort.second.revision),
        parameters=chosen.as_dict(),
        model=model,
        versions=versions or {},
        by=by,
        suppression=f"fewer than {rule.k} learners are not told, nor what would give them away",
        learners=_sizes(cohort, rule),
        coverage=(coverage_of(cohort.first, cohort.before, rule), coverage_of(cohort.second, cohort.after, rule)),
        observed=tuple(
            Observed(source=name, before=counts[0].get(name, 0), after=counts[1].get(name, 0))
            for name in sorted(counts[0].keys() | counts[1].keys())
        ),
        refused=refused,
        loggers=written.loggers,
        ties_per_logger=figure(written.per_logger),
        largest_logger=figure(written.largest_share),
        outcomes=outcomes,
        networks=_networks(cohort, rule, how),
        first_tie=first[0],
        first_tie_differs=first[1],
        first_tie_ways=first_tie_ways(cohort, rule),
        subgroups=() if table is None else table,
        arms=sides,
        sensitivity=() if found is None else panel_cells(found, rule),
        sensitivity_of=None if found is None else measures[0],
        same_sign=None if found is None else found.same_sign,
        same_verdict=None if found is None else found.same_verdict,
        notes=(*_notes(chosen, codes), *_began(cohort)),
    )


def _sizes(cohort: Cohort, rule: Rule) -> dict[str, int | None]:
    """How many were on each roster, and on both unless that tells of few who came or left."""
    here, there = cohort.before >= 0, cohort.after >= 0
    first, second, both = int(here.sum()), int(there.sum()), int((here & there).sum())
    return {"first": first, "second": second, "both": None if near(both, rule, first, second) else both}


def observed_of(cohort: Cohort, id: str) -> Observations:
    """What observed a measure on each day. Nothing on either day is not observed alike: it is not observed."""
    layer = cohort.first.parameters.layer
    seen = of_waves(cohort.first, cohort.second, source_of(id, layer))
    return seen if any(seen) else (None, Observation("nothing"))


def _outcome(
    cohort: Cohort,
    id: str,
    model: Model,
    seen: Observations,
    rule: Rule,
    how: Resampling,
) -> Outcome:
    each = catalogue.get(id)
    before, after = cohort.values(id, model)
    found = change(before, after, sites=cohort.site, observed=seen, how=how)
    levels = [_mean(values, how) for values in (before, after)]
    hidden = change_withheld(rule, levels[0].n, levels[1].n)
    ratio: Estimate | None = None
    if found.mean.value is None:
        ratio = None
    elif is_share(each):
        ratio = cox_index_of_waves(before, after, sites=cohort.site, how=how)
    elif each.whole_number and each.range == "0..n":
        ratio = rate_ratio_of_waves(before, after, sites=cohort.site, how=how)
    shown = level(levels[0], each, rule), level(levels[1], each, rule)
    gone = hidden is None and is_share(each) and any(each.reason in ("small_cell", "coded") for each in shown)
    parts = [withheld("small_cell") if gone else told(part, rule, hidden) for part in (found.mean, found.g_av)]
    if near(found.mean.n, rule, levels[0].n, levels[1].n):
        parts = [part.model_copy(update={"n": None}) for part in parts]
    return Outcome(
        measure=id,
        name=each.name,
        dimension=each.dimension,
        unit=each.unit,
        better=each.better,
        see_with=each.see_with,
        before=shown[0],
        after=shown[1],
        change=parts[0],
        size=parts[1],
        ratio=None if ratio is None else withheld("small_cell") if gone else told(ratio, rule, hidden),
        incomplete=None if hidden or 0 < found.incomplete < rule.k else found.incomplete,
    )


def _mean(values: np.ndarray, how: Resampling) -> Estimate:
    """The mean of one day over everybody with a value."""
    from scipy import stats

    there = values[~np.isnan(values)]
    n = len(there)
    if n == 0:
        return Estimate.null("no_one_measured", 0, "mean")
    margin = float(stats.t.ppf(0.5 + how.level / 2, n - 1)) * float(there.std(ddof=1)) / n**0.5 if n > 1 else None
    ends = {} if margin is None else {"low": there.mean() - margin, "high": there.mean() + margin}
    return Estimate.of(there.mean(), n, "mean, t interval", level=how.level, **ends)


def coverage_of(snapshot: Snapshot, rows: np.ndarray, rule: Rule) -> Figure:
    """Share of the learners at these positions (-1: not there) with anything recorded."""
    here = rows[rows >= 0]
    recorded = np.zeros(len(here)) if snapshot.recorded is None else snapshot.recorded[here] > 0
    # Shown as it is: whoever reads a change has to know how much was observed at all.
    return told(coverage(recorded), rule)


def loggers_of(snapshot: Snapshot) -> Any:
    """Who wrote the contacts down."""
    contacts = snapshot.contacts
    return logging([] if contacts is None else contacts.table["asserted_by"])


def _networks(cohort: Cohort, rule: Rule, how: Resampling) -> tuple[Network, ...]:
    found = []
    for id in WHOLE:
        each = catalogue.get(id)
        pair = []
        for snapshot in (cohort.first, cohort.second):
            column = each.compute(snapshot)
            n = 0 if column.n is None else int(column.n[0])
            value = None if column.null[0] else float(column.values[0])
            reason = None if value is not None else str(column.reasons()[0])
            pair.append(
                told(Estimate(value, n, id.replace("_", " "), reason=reason), rule) if n else withheld(reason or "")
            )
        found.append(Network(id=id, meaning=each.meaning, before=pair[0], after=pair[1]))
    meaning = "Share of pairs of learners and their contacts who are tied; falls as networks take in more people."
    return (*found, Network(id="density", meaning=meaning, **_density(cohort, replace(how, resamples=DRAWN))))


def _density(cohort: Cohort, how: Resampling) -> dict[str, Figure]:
    """Density of the people who are tied on either day, by vertex bootstrap."""
    graphs = [cohort.first, cohort.second]
    names = [[] if each.people is None else each.people.ids for each in graphs]
    tied = {ids[at] for each, ids in zip(graphs, names, strict=True) for at in np.unique(each.graph.indices).tolist()}
    place = {id: at for at, id in enumerate(sorted(tied))}
    if not 3 <= len(place) <= DRAWN_PEOPLE:
        none = Figure(value=None, n=len(place), reason="too_few" if len(place) < 3 else "too_many")
        return {"before": none, "after": none, "change": none}
    matrices = []
    for each, ids in zip(graphs, names, strict=True):
        at = np.array([place.get(id, -1) for id in ids], np.int64)
        matrix = np.zeros((len(place), len(place)))
        egos = np.repeat(np.arange(len(each.graph)), np.diff(each.graph.indptr))
        matrix[at[egos], at[each.graph.indices]] = 1.0
        matrices.append(matrix)
    one, two = (figure(vertex_bootstrap(matrix, density, how=how)) for matrix in matrices)
    return {"before": one, "after": two, "change": figure(networks_differ(matrices[0], matrices[1], density, how=how))}


def panel_of(
    cohort: Cohort,
    id: str,
    model: Model,
    seen: Observations,
    how: Resampling,
) -> Panel:
    """The mean change of a measure under other half-lives and thresholds."""
    own = cohort.first.parameters

    def estimate(half_life: float | None, theta: float) -> Estimate:
        strong = max(own.theta_strong, theta)
        other = cohort.again(own.with_(half_life=half_life, theta=theta, theta_strong=strong))
        pair = other.values(id, model)
        return change(*pair, sites=cohort.site, observed=seen, how=how).mean

    return sensitivity(estimate, chosen=(own.half_life, own.theta))


def panel_cells(panel: Panel, rule: Rule) -> tuple[Cell, ...]:
    """The panel as it is told."""
    return tuple(
        Cell(
            half_life=cell.half_life,
            theta=cell.threshold,
            chosen=cell == panel.chosen,
            change=told(cell.estimate, rule),
        )
        for cell in panel.cells
    )


def _notes(parameters: Parameters, codes: Sequence[str | None] | None) -> tuple[str, ...]:
    notes = [
        "Measures are shown beside network size: upper reachability, range and constraint move with it.",
        "Learners with nothing recorded count as 0 and are in every denominator; coverage says how many they are.",
    ]
    if parameters.layer != "logged":
        notes.append("Statements do not decay: half-life and thresholds do not apply, so no sensitivity is shown.")
    if codes is not None and any(code is None for code in codes):
        notes.append("Learners whose group is not known are in the totals and in no group.")
    return tuple(notes)


def _began(cohort: Cohort) -> tuple[str, ...]:
    """That the log began after learners had enrolled: their days to a first tie then hold days that nobody logged."""
    snapshot, here = cohort.second, cohort.after[cohort.after >= 0]
    if snapshot.people is None or snapshot.contacts is None or not len(snapshot.contacts) or not len(here):
        return ()
    first = int(snapshot.contacts.day.min())
    enrolled = snapshot.people.enrolled_since[here]
    early = int(((enrolled > -(10**6)) & (enrolled < first)).sum())
    if not early:
        return ()
    share = f"{100 * early / len(here):.0f} %"
    told = f"The log begins on {clock.day_of(first)}, after {share} of the learners had enrolled"
    return (f"{told}: days to a first tie run from enrolment.",)


__all__ = ["OUTCOMES", "Look", "cohort_report"]
