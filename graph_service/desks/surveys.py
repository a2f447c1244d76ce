"""Survey waves as an evaluator looks at them: response rates, scores, cut points, reliability."""

from datetime import date
from typing import Any

import numpy as np

from graph_service import clock
from graph_service.desks.telling import told, told_share, withheld
from graph_service.desks.views.cohort_report import Figure
from graph_service.desks.views.surveys import ScaleRow, Surveys, SurveyWave
from graph_service.disclosure.scope import ScopedReader
from graph_service.disclosure.suppression import Rule
from graph_service.measures.cohort.coverage import coverage
from graph_service.measures.cohort.estimate import Estimate
from graph_service.measures.cohort.resampling import Resampling
from graph_service.measures.cohort.scales import reliability
from graph_service.measures.surveys import Answers, answers, items_of, scales
from graph_service.snapshot.snapshot import Snapshot


def surveys(reader: ScopedReader, as_of: date, rule: Rule | None = None, how: Resampling | None = None) -> Surveys:
    """Every survey wave up to a day: of the learners in the reader's counts."""
    rule, how = rule or Rule(), how or Resampling()
    snapshot = reader.snapshot(as_of)
    said = answers(snapshot)
    names = sorted(set(zip(said.instrument, said.edition, said.wave, strict=True)))
    return Surveys(
        as_of=as_of,
        revision=snapshot.revision,
        waves=tuple(_wave(reader, snapshot, said, name, rule, how) for name in names),
        suppression=f"figures about fewer than {rule.k} learners are not told",
    )


def _wave(
    reader: ScopedReader, snapshot: Snapshot, said: Answers, name: tuple[str, str, str], rule: Rule, how: Resampling
) -> SurveyWave:
    instrument, edition, wave = name
    same = (said.instrument == instrument) & (said.edition == edition) & (said.wave == wave)
    mine = said.of(np.flatnonzero(same))
    last = clock.day_of(int(mine.day.max()))
    then = reader.snapshot(last, snapshot.parameters, snapshot.revision)
    roster = reader.counted(then)
    answered = mine.of(np.flatnonzero(~np.isnan(mine.value)))
    # People stand in one order in every snapshot of a revision.
    here = np.isin(roster, answered.person)
    learners = mine.of(np.flatnonzero(np.isin(mine.person, roster)))
    declared = [scale for scale in scales(snapshot) if (scale["instrument"], scale["edition"]) == (instrument, edition)]
    undeclared = np.array([sort is None for sort in mine.sort], bool)
    rated = ~np.isnan(mine.value) & (mine.sort == "rating")
    return SurveyWave(
        instrument=instrument,
        version=edition,
        wave=wave,
        first=clock.day_of(int(mine.day.min())),
        last=last,
        roster=len(roster),
        response=told(coverage(here), rule),
        missing=int(np.isnan(mine.value).sum()),
        outside=int((rated & np.isnan(mine.unit)).sum()),
        unknown_items=int(undeclared.sum()),
        scales=tuple(_scale(snapshot, learners, scale, rule, how) for scale in declared),
    )


def _scale(snapshot: Snapshot, mine: Answers, scale: dict[str, Any], rule: Rule, how: Resampling) -> ScaleRow:
    items = items_of(snapshot, scale)
    people = np.unique(mine.person)
    place = {who: at for at, who in enumerate(people.tolist())}
    table = np.full((len(people), len(items)), np.nan)
    for who, item, unit in zip(mine.person.tolist(), mine.item.tolist(), mine.unit.tolist(), strict=True):
        if item in items:
            table[place[who], items.index(item)] = unit
    count = (~np.isnan(table)).sum(axis=1)
    enough = (count > 0) & (count >= scale["least"] * len(items))
    score = np.nansum(table[enough], axis=1) / count[enough]
    found = (
        reliability({item: table[:, at] for at, item in enumerate(items)}, how=how) if items and len(people) else None
    )
    mean = Estimate.of(score.mean(), len(score), "mean score") if len(score) else Estimate.null("no_one_measured", 0)
    alpha, omega = (withheld("too_few"), withheld("too_few")) if found is None else (
        told(found.alpha, rule), told(found.omega, rule),
    )  # fmt: skip
    return ScaleRow(
        scale=scale["scale"],
        name=scale["name"],
        measure=None if scale["measure"] is None else f"survey_scale_{scale['measure']}",
        items=len(items),
        mean=told(mean, rule),
        low=_share(score, scale["cut_low"], rule, below=True),
        high=_share(score, scale["cut_high"], rule, below=False),
        alpha=alpha,
        omega=omega,
    )


def _share(score: np.ndarray, cut: float | None, rule: Rule, *, below: bool) -> Figure:
    if cut is None or not len(score):
        return withheld("no_cut_point" if cut is None else "no_one_measured")
    hit = score < cut if below else score >= cut
    return told_share(Estimate.of(hit.mean(), len(score), "share"), rule)
