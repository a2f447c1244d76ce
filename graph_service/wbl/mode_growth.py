"""Is the virtual one as good? What learners gained by the mode of their experience, matched on goal and site."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from graph_service.measures.cohort.estimate import Estimate
from graph_service.measures.cohort.regression import arm_effect
from graph_service.wbl.employers import REAL
from graph_service.wbl.experiences import experiences, mean
from graph_service.wbl.work import Work

#: What the other modes are held against.
AGAINST = "in_person"
OUTCOMES = ("growth", "quality")


@dataclass(frozen=True)
class Taking:
    """A learner with an experience in one mode. growth: professional ties gained less lost; quality: mean of three."""

    learner: str
    mode: str
    stratum: tuple[str, str]
    growth: float | None
    quality: float | None


@dataclass(frozen=True)
class ModeDifference:
    """One mode against in person, on one outcome.

    learners, against: of the outcome known. matched, matched_against: in strata (goal and site) that hold both.
    difference: of the matched, with its 95% interval; null with the `reason`.
    """

    mode: str
    outcome: str
    learners: int
    against: int
    matched: int
    matched_against: int
    mean: float | None
    mean_against: float | None
    difference: float | None
    low: float | None
    high: float | None
    method: str
    reason: str | None


def takings(
    work: Work, first: date, last: date, growth: Mapping[str, float], places: Mapping[str, tuple[str, str]]
) -> tuple[list[Taking], int]:
    """Learners whose experiences of the period were all in one mode; and how many had several.

    growth: learner to what they gained. places: learner to goal and site.
    """
    rows = work.experiences
    found: dict[str, list[tuple[str, float | None]]] = {}
    for each in experiences(work):
        row = rows[each.id]
        if each.since is not None and first <= each.since <= last and row["state"] in REAL:
            scores = [each.clarity, each.supervision, each.skills]
            quality = mean(scores) if None not in scores else None
            found.setdefault(row["learner"], []).append((each.mode, quality))
    one = {learner: mine for learner, mine in found.items() if len({mode for mode, _ in mine}) == 1}
    made = [
        Taking(learner, mine[0][0], places.get(learner, ("", "")), growth.get(learner), mean([q for _, q in mine]))
        for learner, mine in sorted(one.items())
    ]
    return made, len(found) - len(one)


def differences(found: Sequence[Taking]) -> tuple[ModeDifference, ...]:
    """Every other mode against in person, for growth and quality."""
    modes = sorted({each.mode for each in found} - {AGAINST})
    return tuple(_difference(found, mode, outcome) for mode in modes for outcome in OUTCOMES)


def _difference(found: Sequence[Taking], mode: str, outcome: str) -> ModeDifference:
    known = [each for each in found if each.mode in (mode, AGAINST) and getattr(each, outcome) is not None]
    mine, theirs = ([each for each in known if each.mode == which] for which in (mode, AGAINST))
    both = {each.stratum for each in mine} & {each.stratum for each in theirs}
    matched = [each for each in known if each.stratum in both]
    estimate = _estimated(matched, mode, outcome)
    ends = estimate.interval
    return ModeDifference(
        mode, outcome, len(mine), len(theirs), sum(each.mode == mode for each in matched),
        sum(each.mode == AGAINST for each in matched), mean([getattr(each, outcome) for each in mine]),
        mean([getattr(each, outcome) for each in theirs]), estimate.value, ends.low if ends else None,
        ends.high if ends else None, estimate.method, estimate.reason,
    )  # fmt: skip


def _estimated(matched: Sequence[Taking], mode: str, outcome: str) -> Estimate:
    if not matched:
        return Estimate.null("too_few", 0, "least squares within goal and site")
    values = [getattr(each, outcome) for each in matched]
    arms = [int(each.mode == mode) for each in matched]
    return arm_effect(values, arms, blocks=["|".join(each.stratum) for each in matched]).estimate
