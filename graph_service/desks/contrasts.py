"""Groups of a cohort against each other: the equity panel, and two arms by difference-in-differences."""

from collections import Counter
from collections.abc import Mapping, Sequence

import numpy as np

from graph_service.desks.aligned import Cohort
from graph_service.desks.telling import figure, hidden_groups, is_share, level, told, withheld
from graph_service.desks.views.cohort_report import Arms, Contrast, Figure, Subgroup
from graph_service.disclosure.suppression import Rule, Withheld
from graph_service.errors import UsageError
from graph_service.measures import catalogue
from graph_service.measures.catalogue import Model
from graph_service.measures.cohort.comparison import Arm, Comparison, compare
from graph_service.measures.cohort.coverage import coverage
from graph_service.measures.cohort.estimate import Estimate
from graph_service.measures.cohort.gaps import Gap, gaps
from graph_service.measures.cohort.multiplicity import adjusted_within
from graph_service.measures.cohort.observation import arms_refused, waves_refused
from graph_service.measures.cohort.observed import Observations, of_arm, source_of
from graph_service.measures.cohort.permutation import permutation_within
from graph_service.measures.cohort.resampling import Resampling


def subgroups_of(
    cohort: Cohort,
    codes: Sequence[str | None],
    measures: Sequence[str],
    model: Model,
    reference: str | None,
    seen: Mapping[str, Observations],
    rule: Rule,
    how: Resampling,
) -> tuple[Subgroup, ...]:
    """Level and growth of every subgroup and its gap to the reference group; small groups are withheld.

    With a small group another one is withheld, where its number would follow by subtraction.
    Raises UsageError for a reference that does not occur.
    """
    named = Counter(code for code in codes if code is not None)
    if not named:
        return ()
    chosen = reference or max(named, key=lambda code: (named[code], code))
    if chosen not in named:
        raise UsageError(f"No learner is in the reference group {chosen}. Groups: {', '.join(sorted(named))}.")
    rows = []
    for id in measures:
        before, after = cohort.values(id, model)
        if np.isnan(after[[code == chosen for code in codes]]).all():
            continue
        both = ~(np.isnan(before) | np.isnan(after))
        hidden = hidden_groups(codes, ~np.isnan(after), rule), hidden_groups(codes, both, rule)
        observed = seen[id]
        refused = waves_refused(*observed)
        for gap in gaps(codes, after, before, reference=chosen, sites=cohort.site, observed=observed, how=how):
            within = _within(cohort, codes, gap.group, chosen, after - before, how)
            if refused and gap.group != chosen:
                within = Estimate.null(refused.reason, 0, "difference within strata")
            rows.append(_row(id, gap, chosen, within, hidden, rule))
    adjusted = adjusted_within(
        {f"{row.measure}|{row.group}": row.within_sites.p for row in rows},
        {f"{row.measure}|{row.group}": catalogue.get(row.measure).dimension for row in rows},
    )
    return tuple(row.model_copy(update={"p_adjusted": adjusted[f"{row.measure}|{row.group}"]}) for row in rows)


def _row(
    id: str,
    gap: Gap,
    reference: str,
    within: Estimate,
    hidden: tuple[dict[str | None, Withheld | None], dict[str | None, Withheld | None]],
    rule: Rule,
) -> Subgroup:
    each = catalogue.get(id)
    of_level, of_growth = (found[gap.group] for found in hidden)
    against = tuple(found[reference] for found in hidden)
    shown = level(gap.level, each, rule, of_level)
    if is_share(each) and shown.value is None:
        # What the level does not tell of few people, no change and no gap may tell either.
        rest = withheld(shown.reason or "small_cell")
        parts = [rest, rest, rest, rest]
    else:
        parts = [
            told(gap.growth, rule, of_growth),
            _gap(gap.level_gap, rule, of_level or against[0]),
            _gap(gap.growth_gap, rule, of_growth or against[1]),
            _gap(within, rule, of_growth or against[1]),
        ]
    return Subgroup(
        group=gap.group,
        measure=id,
        reference=gap.group == reference,
        level=shown,
        growth=parts[0],
        level_gap=parts[1],
        growth_gap=parts[2],
        within_sites=parts[3],
        p_adjusted=None,
    )


def _gap(estimate: Estimate, rule: Rule, hidden: Withheld | None) -> Figure:
    """The reference group has no gap to itself, which tells nothing of anybody."""
    return figure(estimate) if estimate.reason == "reference" else told(estimate, rule, hidden)


def _within(
    cohort: Cohort, codes: Sequence[str | None], group: str, reference: str, gain: np.ndarray, how: Resampling
) -> Estimate:
    if group == reference:
        return Estimate.null("reference", 0, "difference within strata")
    rows = [at for at, code in enumerate(codes) if code in (group, reference)]
    sites = [cohort.site[at] or "no site" for at in rows]
    return permutation_within(gain[rows], [codes[at] == group for at in rows], sites, how=how)


def arms_of(
    cohort: Cohort,
    codes: Sequence[str | None],
    arms: tuple[str, str],
    measures: Sequence[str],
    model: Model,
    rule: Rule,
    how: Resampling,
) -> Arms:
    """Two groups by difference-in-differences, refused unless the same feeds observed both on both days.

    Raises UsageError for a group that does not occur.
    """
    mine = [np.array([code == arm for code in codes], bool) for arm in arms]
    for arm, rows in zip(arms, mine, strict=True):
        if not rows.any():
            raise UsageError(f"No learner is in the group {arm}.")
    # Arms that are groups of sites are compared over sites.
    sites = [[cohort.site[at] for at in np.flatnonzero(rows)] for rows in mine]
    by_site = not set(sites[0]) & set(sites[1])
    covered = [_covered(cohort, rows) for rows in mine]
    found: dict[str, Comparison] = {}
    refused: dict[str, str] = {}
    for id in measures:
        before, after = cohort.values(id, model)
        seen = [_observed(cohort, rows, id) for rows in mine]
        refusal = arms_refused(seen[0][1], seen[1][1]) or arms_refused(seen[0][0], seen[1][0])
        refused |= {} if refusal is None else {id: refusal.sentence}
        made = [
            Arm(before[rows], after[rows], site if by_site else None, None, pair[0], pair[1], cover)
            for rows, site, pair, cover in zip(mine, sites, seen, covered, strict=True)
        ]
        found[id] = compare(made[0], made[1], how=how)
    adjusted = adjusted_within(
        {id: each.effect.estimate.p for id, each in found.items()},
        {id: catalogue.get(id).dimension for id in found},
    )
    small = Withheld("small_group") if min(int(rows.sum()) for rows in mine) < rule.k else None
    return Arms(
        treatment=arms[0],
        comparison=arms[1],
        coverage={arm: told(cover, rule) for arm, cover in zip(arms, covered, strict=True)},
        refused=refused,
        rows=tuple(_contrast(id, each, adjusted[id], rule, small) for id, each in found.items()),
    )


def _contrast(id: str, each: Comparison, p: float | None, rule: Rule, small: Withheld | None) -> Contrast:
    base = each.baseline.difference
    return Contrast(
        measure=id,
        effect=told(each.effect.estimate, rule, small),
        size=told(each.g, rule, small),
        baseline=told(base, rule, small),
        band=None if small else each.baseline.band,
        adjusted=each.adjusted,
        p_adjusted=None if small else p,
        caution=each.effect.caution,
    )


def _observed(cohort: Cohort, rows: np.ndarray, id: str) -> Observations:
    pair = ((cohort.first, cohort.before), (cohort.second, cohort.after))
    source = source_of(id, cohort.first.parameters.layer)
    one, two = (of_arm(snapshot, places[rows][places[rows] >= 0], source) for snapshot, places in pair)
    return one, two


def _covered(cohort: Cohort, rows: np.ndarray) -> Estimate:
    there = cohort.after[rows][cohort.after[rows] >= 0]
    recorded = cohort.second.recorded
    return coverage(np.zeros(len(there)) if recorded is None else recorded[there] > 0)
