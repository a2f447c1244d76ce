"""How far an evaluation can be believed: coverage, who wrote contacts down, and other half-lives and thresholds."""

from graph_service.desks.aligned import Look, align
from graph_service.desks.cohort_report import coverage_of, loggers_of, observed_of, panel_cells, panel_of
from graph_service.desks.frozen import Frozen
from graph_service.desks.telling import figure
from graph_service.desks.views.evaluation import Firmness
from graph_service.disclosure.scope import ScopedReader
from graph_service.disclosure.suppression import Rule
from graph_service.measures.cohort.observed import source_of
from graph_service.measures.cohort.resampling import Resampling

#: Draws of each interval of the panel: it has nine of them and more.
HOW = Resampling(resamples=499)


def firmness(reader: ScopedReader, first: Frozen, last: Frozen, measure: str, rule: Rule) -> Firmness:
    """Of two released waves. The panel is of `measure`, where it rests on ties that decay."""
    parameters = last.snapshot.parameters
    looks = Look(first.as_of, first.known_revision, first.key), Look(last.as_of, last.known_revision, last.key)
    same = first.snapshot.parameters == parameters
    cohort = align(reader, looks, parameters)
    written = loggers_of(cohort.second)
    decays = same and source_of(measure, parameters.layer) == "logged"
    found = panel_of(cohort, measure, "whole", observed_of(cohort, measure), HOW) if decays else None
    return Firmness(
        coverage=(coverage_of(cohort.first, cohort.before, rule), coverage_of(cohort.second, cohort.after, rule)),
        loggers=written.loggers,
        ties_per_logger=figure(written.per_logger),
        largest_logger=figure(written.largest_share),
        of=None if found is None else measure,
        cells=() if found is None else panel_cells(found, rule),
        same_sign=None if found is None else found.same_sign,
        same_verdict=None if found is None else found.same_verdict,
    )
