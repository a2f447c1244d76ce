"""The evaluator's desk: did networks grow, for whom, compared with what. Declared tables over released waves only.

There are no filters to ask for: every table is one of these, and small groups in them are hidden together with
whatever would give them away.
"""

import json
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from graph_service.desks.figures_told import of_dimensions
from graph_service.desks.firmness import firmness
from graph_service.desks.frozen import Frozen, frozen, released
from graph_service.desks.kept import kept
from graph_service.desks.naming import organization_name
from graph_service.desks.tie_ways import PARTS, flow_by_way
from graph_service.desks.views.evaluation import (
    DimensionRow,
    EquityRow,
    Evaluation,
    Figure,
    FlowCell,
    FunnelStep,
    WaveRow,
    WayCell,
)
from graph_service.disclosure.figures import Told
from graph_service.disclosure.scope import ScopedReader
from graph_service.disclosure.suppression import Rule, Withheld, coded_percent, groups_withheld, publish
from graph_service.disclosure.tables import one_way
from graph_service.introductions.workflow import workflow
from graph_service.measures import catalogue
from graph_service.measures.cohort.change import Change, change
from graph_service.measures.cohort.estimate import Estimate
from graph_service.measures.cohort.gaps import gaps
from graph_service.measures.cohort.observation import Observation, waves_refused
from graph_service.measures.cohort.observed import of_waves, source_of
from graph_service.measures.cohort.resampling import Resampling
from graph_service.measures.growth import growth
from graph_service.records.vocabulary import vocabulary

HOW = Resampling(resamples=999)
EQUITY_MEASURE = "professional_network_size"
UNKNOWN = "not recorded"
DIMENSIONS = ("quantity", "quality", "structure", "variety", "access", "mobilise")


def evaluation(
    reader: ScopedReader,
    before: str | None = None,
    after: str | None = None,
    measure: str = EQUITY_MEASURE,
    rule: Rule | None = None,
) -> Evaluation:
    """The tables over two released waves, by name (default: the first and the last).

    Kept while what it rests on stays the same: resampling takes seconds, and everybody who looks sees one answer.
    Raises NotFound for a wave that is not released, UnknownMeasure for a measure that is no learner's.
    """
    rule = rule or Rule()
    catalogue.get(measure)
    key = ("evaluation", before, after, measure, rule)
    made = kept(reader, key, lambda: _computed(reader, before, after, measure, rule))
    # How far introductions came changes every day, and is quickly counted.
    return made.model_copy(update={"funnel": _funnel(reader, rule)})


def _computed(reader: ScopedReader, before: str | None, after: str | None, measure: str, rule: Rule) -> Evaluation:
    names = [row["key"] for row in released(reader)]
    waves = {name: frozen(reader, name) for name in names}
    first = frozen(reader, before) if before else waves[names[0]] if names else None
    last = frozen(reader, after) if after else waves[names[-1]] if names else None
    listed = tuple(_wave(each, rule) for each in waves.values())
    shared: dict[str, Any] = {"waves": listed, "measure": measure, "funnel": (), "k": rule.k}
    if first is None or last is None:
        return Evaluation(
            before=None, after=None, matched=None, dimensions=(), flow=(), ways=(), firmness=None, equity=(),
            suppression="Nothing is released yet.", **shared,
        )  # fmt: skip
    people = sorted(first.values.keys() & last.values.keys())
    equity = _equity(reader, first, last, people, measure, rule)
    flow, ways = _flow(first, last, people, rule)
    gone = [each.reason for each in flow] + [each.reason for each in ways]
    hidden = len(gone) - gone.count(None) + sum(each.level.value is None for each in equity)
    said = f"Groups of fewer than {rule.k} learners are hidden, and others with them where subtracting would show one"
    return Evaluation(
        before=_wave(first, rule),
        after=_wave(last, rule),
        matched=_count(len(people), rule),
        dimensions=_dimensions(first, last, people, rule),
        flow=flow,
        ways=ways,
        firmness=firmness(reader, first, last, measure, rule),
        equity=equity,
        suppression=f"{said}: {hidden} rows are hidden here.",
        **shared,
    )


def _wave(each: Frozen, rule: Rule) -> WaveRow:
    return WaveRow(
        id=each.id,
        key=each.key,
        as_of=each.as_of,
        learners=_count(len(each.values), rule),
        released_on=each.released_on,
        parameters=each.snapshot.parameters.as_dict(),
        **each.versions,
    )


def _count(n: int, rule: Rule) -> int | None:
    return n if n >= rule.k else None


def _dimensions(first: Frozen, last: Frozen, people: Sequence[str], rule: Rule) -> tuple[DimensionRow, ...]:
    found = []
    for id in sorted(last.measures, key=_place):
        declared = catalogue.get(id)
        a, b = first.column(id, people), last.column(id, people)
        why = _withheld(a, b, rule)
        seen = of_waves(first.snapshot, last.snapshot, source_of(id, last.snapshot.parameters.layer))
        refused = waves_refused(*seen)
        told = None if why else change(a, b, observed=seen, how=HOW)
        near = told is not None and 0 < len(people) - told.mean.n < rule.k
        found.append(
            DimensionRow(
                measure=id,
                name=declared.name,
                dimension=declared.dimension,
                unit=declared.unit,
                better=declared.better,
                observed=(_said(seen[0]), _said(seen[1])),
                refused=None if refused is None else refused.sentence,
                **{name: _figure(estimate, why, near) for name, estimate in _parts(told).items()},
            )
        )
    return tuple(found)


def _place(id: str) -> int:
    """Dimensions stand one after the other."""
    dimension = catalogue.get(id).dimension
    return DIMENSIONS.index(dimension) if dimension in DIMENSIONS else len(DIMENSIONS)


def _said(seen: Observation | None) -> str | None:
    return None if seen is None else str(seen)


def _parts(told: Change | None) -> dict[str, Estimate | None]:
    if told is None:
        return dict.fromkeys(("before", "after", "change", "g"))
    return {"before": told.before, "after": told.after, "change": told.mean, "g": told.g_av}


def _withheld(before: np.ndarray, after: np.ndarray, rule: Rule) -> str | None:
    """Why nothing is told of two columns: too few, or values that would say of few what they have."""
    pair = ~(np.isnan(before) | np.isnan(after))
    for values in (before[pair], after[pair]):
        if len(values) < rule.k:
            return "small_group"
        if len(np.unique(values)) == 1:
            return "small_cell"
        if np.isin(values, (0.0, 1.0)).all():
            coded = coded_percent(int(values.sum()), len(values), rule)
            if isinstance(coded, Withheld) or not coded.isdigit():
                return "small_cell"
    return None


def _figure(of: Estimate | None, why: str | None, near: bool = False) -> Figure:
    """near: the number that it rests on is so close to the whole that the difference would be a small count."""
    if of is None:
        return Figure(value=None, reason=why or "undefined")
    ends = of.interval
    n = None if near else of.n
    low, high = (None, None) if ends is None else (ends.low, ends.high)
    return Figure(value=of.value, low=low, high=high, n=n, reason=of.reason, method=of.method)


def taken_along(reader: ScopedReader, part: str, rule: Rule | None = None) -> Evaluation:
    """The tables over the first and the last released wave, of which one leaves as a file: it is logged first.

    part: dimensions or flow. Raises WouldTell.
    """
    rule = rule or Rule()
    view = evaluation(reader, rule=rule)
    if view.before is None or view.after is None:
        return view
    first, last = frozen(reader, view.before.key), frozen(reader, view.after.key)
    if part == "flow":
        ids = [] if last.snapshot.people is None else last.snapshot.people.ids
        _, groups, hidden, everybody = _groups_of_flow(
            first, last, sorted(first.values.keys() & last.values.keys()), rule
        )
        shown = [rows for rows, why in zip(groups, hidden, strict=True) if why is None]
        if everybody is None:
            shown.append(np.concatenate(groups) if groups else np.zeros(0, np.int64))
        days = first.as_of, last.as_of
        told = [Told("flow", days, frozenset(ids[at] for at in rows.tolist())) for rows in shown]
        result = [row.model_dump(mode="json") for row in view.flow]
    else:
        told = list(of_dimensions(view, first, last))
        result = [row.model_dump(mode="json") for row in view.dimensions]
    name = f"{part} {first.key} to {last.key}"
    reader.publish_figures(name, last.as_of, told, json.dumps(result), rule)
    return view


def _flow(
    first: Frozen, last: Frozen, people: Sequence[str], rule: Rule
) -> tuple[tuple[FlowCell, ...], tuple[WayCell, ...]]:
    columns = growth(first.snapshot, last.snapshot).columns
    names, groups, hidden, everybody = _groups_of_flow(first, last, people, rule)
    rows = np.concatenate(groups) if groups else np.zeros(0, np.int64)
    cells = [_cell("All", columns, np.sort(rows), everybody)]
    cells += [_cell(*each) for each in zip(names, [columns] * len(names), groups, hidden, strict=True)]
    return tuple(cells), flow_by_way(first.snapshot, last.snapshot, np.sort(rows), rule)


def _groups_of_flow(
    first: Frozen, last: Frozen, people: Sequence[str], rule: Rule
) -> tuple[list[str], list[np.ndarray], Sequence[Withheld | None], Withheld | None]:
    """Sites with positions of their learners, which of them are withheld, and whether everybody together is."""
    moved = growth(first.snapshot, last.snapshot)
    who = last.snapshot.people
    assert who is not None
    chosen = set(people)
    rows = np.array([at for at, id in enumerate(who.ids) if id in chosen], np.int64)
    rows = rows[~moved.columns["gained"].null[rows]] if len(rows) else rows
    sites = sorted({int(site) for site in who.site[rows]})
    groups = [rows[who.site[rows] == site] for site in sites]
    names = [organization_name(last.snapshot, site) or "No site" for site in sites]
    hidden = groups_withheld([len(each) for each in groups], rule) if groups else []
    return names, groups, hidden, None if len(rows) >= rule.k else Withheld("small_group")


def _cell(site: str, columns: Mapping[str, Any], rows: np.ndarray, why: Withheld | None) -> FlowCell:
    if why is not None:
        none: dict[str, Any] = dict.fromkeys(PARTS)
        return FlowCell(site=site, learners=None, reason=why.reason, **none)
    means: dict[str, Any] = {part: float(columns[part].values[rows].mean()) for part in PARTS}
    return FlowCell(site=site, learners=len(rows), **means)


def _equity(
    reader: ScopedReader, first: Frozen, last: Frozen, people: Sequence[str], measure: str, rule: Rule
) -> tuple[EquityRow, ...]:
    a, b = first.column(measure, people), last.column(measure, people)
    both = ~(np.isnan(a) | np.isnan(b))
    ids = [id for id, kept in zip(people, both, strict=True) if kept]
    a, b = a[both], b[both]
    found: list[EquityRow] = []
    for attribute in vocabulary("subgroup_attributes").codes:
        of = _groups(reader, attribute, last)
        if not of:
            continue
        group = np.array([of.get(id, UNKNOWN) for id in ids], object)
        names = sorted(set(group.tolist()))
        found += _rows(attribute, names, group, a, b, rule)
    return tuple(found)


def _rows(
    attribute: str, names: Sequence[str], group: np.ndarray, a: np.ndarray, b: np.ndarray, rule: Rule
) -> list[EquityRow]:
    sizes = [int((group == name).sum()) for name in names]
    if not names:
        return []
    withheld = groups_withheld(sizes, rule)
    hidden: dict[str, str | None] = {
        name: why.reason if why else None for name, why in zip(names, withheld, strict=True)
    }
    for name in names:
        hidden[name] = hidden[name] or _withheld(a[group == name], b[group == name], rule)
    shown = [name for name in names if hidden[name] is None]
    known = [name for name in shown if name != UNKNOWN] or shown
    reference = max(known, key=lambda name: (sizes[names.index(name)], name), default=None)
    told = {} if reference is None else {each.group: each for each in gaps(group, b, a, reference=reference, how=HOW)}
    rows = []
    for name in names:
        why, of = hidden[name], told.get(name)
        parts = ("level", "growth", "level_gap", "growth_gap")
        figures = {part: _figure(None if why or of is None else getattr(of, part), why) for part in parts}
        rows.append(EquityRow(attribute=attribute, group=name, reference=name == reference, **figures))
    return rows


def _groups(reader: ScopedReader, attribute: str, last: Frozen) -> dict[str, str]:
    """Internal id of a person to the subgroup that was known on the wave's day."""
    import pyarrow.compute as pc

    table = reader.table("subgroup")
    rows = table.filter(pc.and_(pc.is_null(table["ended"]), pc.equal(table["attribute"], attribute))).to_pylist()
    rows.sort(key=lambda row: (str(row["since"] or ""), row["id"]))
    return {row["person"]: row["value"] for row in rows if row["since"] is None or row["since"] <= last.as_of}


def _funnel(reader: ScopedReader, rule: Rule) -> tuple[FunnelStep, ...]:
    """Introductions of the learners in the reader's counts, by the state that they are in."""
    import pyarrow.compute as pc

    table = reader.table("introduction")
    rows = table.filter(pc.is_null(table["ended"])).to_pylist()
    mine = reader.counted_ids()
    rows = [row for row in rows if row["learner"] in mine]
    states, labels = list(workflow().states), vocabulary("introduction_states")
    here = [[row for row in rows if row["state"] == state] for state in states]
    # People are counted, not introductions: one learner with twelve of them is one learner.
    learners = [len({row["learner"] for row in each}) for each in here]
    shown = publish(one_way(learners, states), rule).counts if sum(learners) else (None,) * (len(states) + 1)
    steps = []
    for state, each, told in zip(states, here, shown[:-1], strict=True):
        waited = [(row["since"] - row["suggested"]).days for row in each]
        days = float(np.median(waited)) if told is not None and waited else None
        count = None if told is None else len(each)
        steps.append(FunnelStep(state=state, label=labels.label(state), introductions=count, days=days))
    return tuple(steps)
