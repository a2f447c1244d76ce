"""What evaluators are told beside their desk: reports over released waves, each written to the release log first."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from graph_service.desks.aligned import Look, align
from graph_service.desks.cohort_report import OUTCOMES, cohort_report
from graph_service.desks.frozen import released
from graph_service.desks.study import study_told
from graph_service.desks.views.cohort_report import CohortReport
from graph_service.desks.views.study import Studies, StudyLine, StudyTold
from graph_service.disclosure.scope import ScopedReader
from graph_service.disclosure.suppression import Rule
from graph_service.errors import Conflict, NotFound, UnknownParameter
from graph_service.measures.cohort.study_report import StudyReport
from graph_service.snapshot.parameters import Parameters


def growth_report(
    reader: ScopedReader,
    before: str | None = None,
    after: str | None = None,
    by: str | None = None,
    measures: Sequence[str] = (),
    rule: Rule | None = None,
) -> CohortReport:
    """The cohort's report between two released waves (default: the first and the last).

    Raises NotFound without such waves, UnknownParameter for waves that were taken otherwise, WouldTell.
    """
    rule = rule or Rule()
    waves = released(reader)
    first, last = _named(waves, before, 0), _named(waves, after, -1)
    if first["as_of"] > last["as_of"]:
        raise UnknownParameter("The first wave is after the second.")
    chosen = [Parameters(**json.loads(each["parameters"] or "{}")) for each in (first, last)]
    if chosen[0] != chosen[1]:
        raise UnknownParameter("The two waves were taken with different parameters: they are not compared.")
    looks = _look(first), _look(last)
    made = cohort_report(
        reader, *looks, by=by, measures=measures or OUTCOMES, parameters=chosen[0], rule=rule, panel=not by
    )
    people = align(reader, looks, chosen[0]).ids
    reader.publish_means(f"growth {first['id']} {last['id']}", last["as_of"], people, rule)
    return made


def _look(wave: Mapping[str, Any]) -> Look:
    return Look(wave["as_of"], wave["known_revision"], wave["key"])


def _named(waves: Sequence[Mapping[str, Any]], key: str | None, at: int) -> Mapping[str, Any]:
    found = [each for each in waves if key is None or each["key"] == key]
    if not found:
        raise NotFound("There is no released wave of that name." if key else "No wave is released yet.")
    return found[at]


def studies(reader: ScopedReader, stored: Sequence[Any]) -> Studies:
    """Every study, for whoever's counts are of the whole programme."""
    waves = {each["key"] for each in released(reader)}
    return Studies(
        items=tuple(
            StudyLine(
                study=each.key,
                title=each.title,
                design=each.plan["design"],
                waves=each.waves,
                digest=each.digest,
                sealed_on=str(each.sealed_on),
                opened_on=None if each.opened_on is None else str(each.opened_on),
                told=each.opened_on is not None and waves.issuperset(each.waves),
            )
            for each in stored
            if _whole(reader)
        )
    )


def readable(reader: ScopedReader, stored: Any) -> None:
    """Raises NotFound outside the reader's scope, Conflict while a wave of the study is not released."""
    if not _whole(reader):
        raise NotFound("There is no study of that name.")
    if not {each["key"] for each in released(reader)}.issuperset(stored.waves):
        raise Conflict("Both waves of the study have to be released before it is reported.")


def study(
    reader: ScopedReader, stored: Any, found: StudyReport, sample: Sequence[str], rule: Rule | None = None
) -> StudyTold:
    """A study's report as it leaves. sample: internal ids of its learners. Raises WouldTell."""
    rule = rule or Rule()
    told = study_told(stored, found, rule)
    reader.publish_means(f"study {stored.id}", stored.opened_on, sample, rule)
    return told


def _whole(reader: ScopedReader) -> bool:
    """A study's sample goes across sites, so that it is told to those alone whose counts do."""
    return reader.actor.sites is None
