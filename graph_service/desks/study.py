"""A study's report as it is told: figures about few learners withheld, attrition in whole percent."""

from typing import Any

from graph_service.desks.telling import figure, told, withheld
from graph_service.desks.views.study import Lost, StudyOutcome, StudyTold
from graph_service.disclosure.suppression import Rule
from graph_service.measures.cohort.attrition import Attrition, highest_low_differential
from graph_service.measures.cohort.study_outcome import OutcomeReport
from graph_service.measures.cohort.study_report import StudyReport


def study_told(stored: Any, found: StudyReport, rule: Rule | None = None) -> StudyTold:
    """The report of a stored study under the programme's rule."""
    rule = rule or Rule()
    return StudyTold(
        study=stored.key,
        title=stored.title,
        digest=found.digest,
        sealed_on=str(stored.sealed_on),
        opened_on=str(stored.opened_on),
        design=found.design,
        unit=stored.plan["unit"],
        waves=stored.waves,
        erased=found.erased,
        assigned={str(arm): count for arm, count in found.assigned.items()},
        sites={str(arm): count for arm, count in found.sites.items()},
        excluded=found.excluded,
        undeclared_exclusions=found.undeclared_exclusions,
        minimum_detectable=figure(found.minimum_detectable),
        outcomes=tuple(_outcome(each, rule) for each in found.outcomes),
        not_collected=found.not_collected,
        suppression=f"figures about fewer than {rule.k} learners are not told; attrition is told in whole percent",
    )


def without_growth(told: StudyTold) -> StudyTold:
    """The report without what each arm gained: effects alone."""
    outcomes = (
        each.model_copy(update={"growth": dict.fromkeys(each.growth, withheld("would_tell"))}) for each in told.outcomes
    )
    return told.model_copy(update={"outcomes": tuple(outcomes)})


def _outcome(each: OutcomeReport, rule: Rule) -> StudyOutcome:
    pair = each.comparison
    effect = None if pair is None else pair.effect
    beside = None if effect is None else effect.beside
    return StudyOutcome(
        measure=each.measure,
        domain=each.domain,
        role=each.role,
        declared=each.declared,
        growth={str(arm): told(change.mean, rule) for arm, change in each.growth.items()},
        effect=None if effect is None else told(effect.estimate, rule),
        beside=None if beside is None else told(beside, rule),
        caution=None if effect is None else effect.caution,
        size=told(each.size, rule),
        # Of sites, not learners, where sites were assigned: a count of sites says nothing of few people.
        randomisation=None if each.randomisation is None else figure(each.randomisation),
        p_adjusted=each.p_adjusted,
        baseline=None if pair is None else told(pair.baseline.difference, rule),
        band=None if pair is None else pair.baseline.band,
        refused=None if pair is None or pair.refused is None else pair.refused.sentence,
        learners=_lost(each.learners),
        sites=None if each.sites is None else _lost(each.sites),
        joiners={str(arm): told(level, rule) for arm, level in each.joiners.items()},
        standing=each.standing,
    )


def _lost(each: Attrition) -> Lost:
    return Lost(
        level=each.level,
        assigned=each.assigned,
        overall=None if each.overall is None else round(100 * each.overall),
        differential=None if each.differential is None else round(100 * each.differential),
        low={str(assumption): low for assumption, low in each.low.items()},
        allowed={
            str(assumption): None if each.overall is None else highest_low_differential(each.overall, assumption)
            for assumption in each.low
        },
        reason=each.reason,
    )
