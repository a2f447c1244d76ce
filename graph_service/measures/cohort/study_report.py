"""The report that follows a sealed study: intent to treat, attrition at both levels, p within domains."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np

from graph_service.errors import InvalidRecord
from graph_service.measures.cohort.estimate import Estimate
from graph_service.measures.cohort.multiplicity import adjusted_within
from graph_service.measures.cohort.power import minimum_detectable_effect
from graph_service.measures.cohort.resampling import Resampling
from graph_service.measures.cohort.study import ArmName, Seal, Study, require_sealed
from graph_service.measures.cohort.study_outcome import Analysis, OutcomeReport, StudyData, analysed


@dataclass(frozen=True, slots=True)
class StudyReport:
    """What a sealed study found.

    Attributes:
        digest: of the study it follows.
        erased: learners of the sample who were erased since: they are in no figure.
        assigned, sites: learners and sites by arm.
        excluded: learners by declared exclusion code.
        undeclared_exclusions: learners whose exclusion the study did not declare: they stayed in.
        minimum_detectable: effect that the sample as assigned could find.
        outcomes: confirmatory first, then exploratory, each by measure.
        not_collected: declared outcomes without data.
    """

    digest: str
    design: str
    erased: int
    assigned: dict[ArmName, int]
    sites: dict[ArmName, int]
    excluded: dict[str, int]
    undeclared_exclusions: int
    minimum_detectable: Estimate
    outcomes: tuple[OutcomeReport, ...]
    not_collected: tuple[str, ...]


def report(study: Study, data: StudyData, sealed: Seal, *, how: Resampling | None = None) -> StudyReport:
    """Reports on a sealed study. Raises StudyChanged unless it is the sealed one, sealed before opening.

    Intent to treat: everybody of the baseline sample is analysed in the arm of assignment, whatever they
    took part in; nobody's missing outcome is filled in, and everybody lost counts as attrition.
    """
    require_sealed(study, sealed, data.opened_on, data.erased)
    how = how or Resampling()
    declared_codes = {exclusion.code for exclusion in study.exclusions}
    excluded = {row.learner: row.excluded for row in study.sample if row.excluded} | dict(data.excluded)
    out = {learner for learner, code in excluded.items() if code in declared_codes}
    sample = tuple(row for row in study.sample if row.learner not in out)
    if not sample:
        raise InvalidRecord("Every learner of the study is excluded.")
    outcomes = {outcome.measure: outcome for outcome in study.outcomes}
    rows = _adjusted(
        [analysed(Analysis.of(study, data, item, sample, how), outcomes.get(item.measure)) for item in data.collected]
    )
    rows.sort(key=lambda row: (row.role, row.domain, row.measure))
    known = {row.learner for row in study.sample}
    return StudyReport(
        digest=sealed.digest,
        design=study.design,
        erased=len(data.erased),
        assigned=_by_arm(Counter(row.arm for row in study.sample)),
        sites=_by_arm(Counter(arm for arm, site in {(r.arm, r.site) for r in study.sample} if site)),
        excluded=dict(Counter(code for who, code in excluded.items() if who in out & known)),
        undeclared_exclusions=sum(who in known and who not in out for who in excluded),
        minimum_detectable=_detectable(study),
        outcomes=tuple(rows),
        not_collected=tuple(sorted(outcomes.keys() - {item.measure for item in data.collected})),
    )


def _adjusted(rows: list[OutcomeReport]) -> list[OutcomeReport]:
    done: dict[str, float | None] = {}
    for role in ("confirmatory", "exploratory"):
        family = [row for row in rows if row.role == role]
        done |= adjusted_within({row.measure: row.p for row in family}, {row.measure: row.domain for row in family})
    return [replace(row, p_adjusted=done[row.measure]) for row in rows]


def _detectable(study: Study) -> Estimate:
    if study.design == "single_group":
        return Estimate.null("no_comparison", len(study.sample), "minimum detectable effect")
    blocks = len({row.block for row in study.sample if row.block}) or 1
    if study.unit == "learner":
        share = np.mean([row.arm == "treatment" for row in study.sample])
        return minimum_detectable_effect(len(study.sample), float(share), r2=study.r2, blocks=blocks)
    arm_of = {row.site: row.arm for row in study.sample}
    share = np.mean([arm == "treatment" for arm in arm_of.values()])
    return minimum_detectable_effect(
        len(study.sample), float(share), sites=len(arm_of), icc=study.icc, r2=study.r2, blocks=blocks
    )


def _by_arm(counts: Mapping[ArmName, int]) -> dict[ArmName, int]:
    return {"treatment": counts.get("treatment", 0), "comparison": counts.get("comparison", 0)}
