"""What evaluators are told beside their desk: reports over released waves, each written to the release log first."""

import json
from collections.abc import Mapping, Sequence
from datetime import date
from functools import partial
from typing import Any

from graph_service.desks.aligned import Look, align
from graph_service.desks.cohort_report import OUTCOMES, cohort_report
from graph_service.desks.evaluator import EQUITY_MEASURE, evaluation
from graph_service.desks.figures_told import of_cohort, of_study
from graph_service.desks.frozen import released
from graph_service.desks.kept import kept
from graph_service.desks.study import study_told, without_growth
from graph_service.desks.views.cohort_report import CohortReport
from graph_service.desks.views.evaluation import AuditTold, Evaluation, Figure, RankerRow, StudyPanel
from graph_service.desks.views.releases import Released, ReleaseLine, Releases
from graph_service.desks.views.study import Studies, StudyLine, StudyTold
from graph_service.disclosure.figure_log import WouldTell
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
    return published_report(
        reader, *looks, by=by, measures=measures or OUTCOMES, parameters=chosen[0], rule=rule, panel=not by
    )


def published_report(reader: ScopedReader, start: Look, end: Look, *, rule: Rule, **asked: Any) -> CohortReport:
    """A cohort's report that leaves, logged first. asked: as for `cohort_report`. Raises WouldTell."""
    cohort = align(reader, (start, end), asked.get("parameters") or reader.parameters)
    made = cohort_report(reader, start, end, rule=rule, cohort=cohort, **asked)
    name = f"growth {start.wave or start.as_of} to {end.wave or end.as_of}"
    # Which version of which library made it is not part of what is told, and must not make a release of its own.
    result = made.model_dump_json(exclude={"versions"})
    reader.publish_figures(name, end.as_of, of_cohort(made, cohort), result, rule)
    return made


def _look(wave: Mapping[str, Any]) -> Look:
    return Look(wave["as_of"], wave["known_revision"], wave["key"])


def _named(waves: Sequence[Mapping[str, Any]], key: str | None, at: int) -> Mapping[str, Any]:
    found = [each for each in waves if key is None or each["key"] == key]
    if not found:
        raise NotFound("There is no released wave of that name." if key else "No wave is released yet.")
    return found[at]


def releases(reader: ScopedReader) -> Releases:
    """The tables and reports that left, the newest first: one's own, or all of them for who counts the whole."""
    rows = [row for row in _logged(reader) if _whole(reader) or row["by"] == reader.actor.name]
    rows.sort(key=lambda row: (row["date"], row["revision"], row["id"]), reverse=True)
    names = ("id", "date", "kind", "name", "as_of", "k", "people")
    return Releases(items=tuple(ReleaseLine(**{name: row[name] for name in names}) for row in rows))


def served(reader: ScopedReader, id: str) -> Released:
    """What left, exactly as it left. id: or the beginning of one. Raises NotFound, UnknownParameter, NotYours."""
    reader.counted_ids()
    rows = [row for row in _logged(reader) if row["id"].startswith(id)]
    rows = [row for row in rows if _whole(reader) or row["by"] == reader.actor.name]
    if len(rows) > 1:
        raise UnknownParameter(f"{len(rows)} releases begin with {id[:40]}.")
    if not rows:
        raise NotFound("There is no table or report of that id in the release log: `graph-service release list`.")
    names = ("id", "date", "kind", "name", "as_of", "k", "people")
    return Released(**{name: rows[0][name] for name in names}, result=rows[0]["result"])


def _logged(reader: ScopedReader) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = reader.table("release").to_pylist()
    return [row for row in found if row["ended"] is None and row["result"] is not None]


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
    reader: ScopedReader,
    stored: Any,
    found: StudyReport,
    sample: Mapping[str, frozenset[str]],
    days: tuple[date, date],
    rule: Rule | None = None,
    *,
    effects: bool = False,
) -> StudyTold:
    """A study's report as it leaves. sample: internal ids of the learners of each arm. Raises WouldTell.

    Where the growth of the arms would tell of few, beside what left before, it is withheld and the effect told alone.
    effects: tell no more than effects in any case, so that what is looked at in passing keeps no later report back.
    """
    rule = rule or Rule()
    told, name = study_told(stored, found, rule), f"study {stored.key}"
    if not effects:
        try:
            reader.publish_figures(name, days[1], list(of_study(told, days, sample)), told.model_dump_json(), rule)
            return told
        except WouldTell:
            # Of what each arm gained the rest of the cohort would follow; from their difference alone nothing does.
            pass
    told = without_growth(told)
    reader.publish_figures(name, days[1], list(of_study(told, days, sample)), told.model_dump_json(), rule)
    return told


def study_panels(reader: ScopedReader, all_studies: Any) -> tuple[StudyPanel, ...]:
    """Every study with its design, and its report where it is told. all_studies: the programme's studies.

    A report that is shown is written to the release log first, as everywhere.
    """
    stored = {each.key: each for each in all_studies.list()}
    return tuple(
        kept(reader, ("study", line), partial(_panel, reader, all_studies, stored[line.study], line))
        for line in studies(reader, tuple(stored.values())).items
    )


def _panel(reader: ScopedReader, all_studies: Any, stored: Any, line: StudyLine) -> StudyPanel:
    report, reason = None, None
    if line.told:
        try:
            sample, days = all_studies.sample(line.study), all_studies.days(line.study)
            report = study(reader, stored, all_studies.report(line.study), sample, days, effects=True)
        except WouldTell as error:
            reason = error.code
    else:
        reason = "not_opened" if line.opened_on is None else "not_released"
    size = len(stored.leaves)
    return StudyPanel(
        line=line,
        unit=stored.plan["unit"],
        assigned_on=date.fromisoformat(stored.plan["assigned_on"]),
        learners=size if size >= Rule().k else None,
        outcomes=tuple((each["measure"], each["confirmatory"]) for each in stored.plan["outcomes"]),
        report=report,
        reason=reason,
    )


#: Figures of the audit that are shown, in this order.
AUDITED = ("precision_at_5", "hits_at_10", "mrr", "coverage", "novelty", "exposure_gini", "broker_load_gini")
OURS = ("plain_tie", "lift")


def audit_told(reader: ScopedReader, result: Mapping[str, Any], asked_at: str, rule: Rule | None = None) -> AuditTold:
    """A stored audit as it is told: of many learners or not at all."""
    rule, judged = rule or Rule(), int(result["learners_judged"])
    few = judged < rule.k

    def figure_of(row: Mapping[str, Any], name: str) -> Figure:
        if few or row[name] is None:
            return Figure(value=None, reason="small_group" if few else "undefined")
        low, high = row["intervals"].get(name, (None, None))
        return Figure(value=row[name], low=low, high=high, n=judged, method="bootstrap over learners" if high else "")

    return AuditTold(
        asked_at=asked_at,
        split=date.fromisoformat(result["split"]),
        until=date.fromisoformat(result["until"]),
        seed=result["seed"],
        data_hash=result["data_hash"],
        learners_judged=None if few else judged,
        rankers=tuple(
            RankerRow(
                name=row["name"], ours=row["name"] in OURS, figures={name: figure_of(row, name) for name in AUDITED}
            )
            for row in result["rankers"]
        ),
        trade={} if few else result["trade"],
    )


def desk(
    reader: ScopedReader,
    all_studies: Any,
    audit: tuple[Mapping[str, Any], str] | None,
    before: str | None = None,
    after: str | None = None,
    measure: str = EQUITY_MEASURE,
) -> Evaluation:
    """The whole desk: tables over two released waves, studies, the last audit (its result, when it was asked for)."""
    panels = study_panels(reader, all_studies)
    told = audit_told(reader, *audit) if audit is not None and _whole(reader) else None
    return evaluation(reader, before, after, measure).model_copy(update={"studies": panels, "audit": told})


def _whole(reader: ScopedReader) -> bool:
    """A study's sample goes across sites, so that it is told to those alone whose counts do."""
    return reader.actor.sites is None
