"""What a generated programme is like, measured: the figures that `docs/synthetic.md` shows."""

from collections.abc import Iterator
from typing import Any

import numpy as np

from graph_service.records.vocabulary import vocabulary
from loaders.synthetic.brokered import WAY
from loaders.synthetic.contacts import ACTIVITIES, KINDS, LEARNER, MODES, SPEAKER
from loaders.synthetic.draws import Floats, Ints, Mask
from loaders.synthetic.people import CONNECTED, NOTHING, ROLE_NAMES, SENIOR, Population
from loaders.synthetic.programme import Block, Programme
from loaders.synthetic.ties import PROFESSIONALS

HALF_LIFE, THETA, THETA_STRONG = 180.0, 0.25, 2.0

#: Steps of the funnel of introductions.
FUNNEL = ("suggested", "connector_asked", "connector_agreed", "target_agreed", "met", "followed_up")

Figure = tuple[str, str, str]


def figures(programme: Programme) -> Iterator[Figure]:
    """Rows of (topic, what, value) of a programme; blocks are measured one after the other and pooled."""
    parts = [measured(programme.block(number)) for number in range(programme.blocks)]
    pooled = {name: np.concatenate([each[name] for each in parts]) for name in parts[0]}
    yield from _who(pooled)
    yield from _networks(pooled)
    yield from _hubs(pooled)
    yield from _contacts(pooled)
    yield from _placements(pooled)
    yield from _outcomes(pooled)
    yield from _introductions(pooled)


def strengths(block: Block, at: int) -> tuple[Ints, Ints, Floats, Floats]:
    """Each pair (a < b) up to a day: its strength then (T1, default parameters), and the highest it ever was."""
    weights = np.array([float(row["weight"]) for row in vocabulary("interaction_kinds").rows.values()])
    a, b, day, event = block.pairs
    keep = day <= at
    a, b, day, event = a[keep], b[keep], day[keep], event[keep]
    weight = weights[block.met.kind[event]] / (block.met.size[event] - 1)
    code = a * len(block.who.role) + b
    order = np.lexsort((day, code))
    code, day, weight = code[order], day[order], weight[order]
    pair, first = np.unique(code, return_index=True)
    rate = np.log(2) / HALF_LIFE
    now = np.add.reduceat(weight * np.exp(-rate * (at - day)), first) if len(first) else np.zeros(0)
    # Just after each event: all earlier events of the pair, decayed to that day.
    grown = np.cumsum(weight * np.exp(rate * (day - at)))
    begin = np.repeat(np.concatenate([[0.0], grown])[first], np.diff(np.append(first, len(code))))
    then = (grown - begin) * np.exp(-rate * (day - at))
    most = np.maximum.reduceat(then, first) if len(first) else np.zeros(0)
    return pair // len(block.who.role), pair % len(block.who.role), now, most


def measured(block: Block) -> dict[str, Any]:
    """Arrays of one block: prefixed l_ by learner, a_ by adult, t_ by learner-professional pair, e_ by event,
    s_ by seat in a room, p_ by placement, c_ by candidate, i_ by introduction."""
    who, met, n = block.who, block.met, block.who.learners
    a, b, now, most = strengths(block, who.span.last)
    professional = np.isin(who.role, [ROLE_NAMES.index(role) for role in PROFESSIONALS])
    mine = (a < n) & professional[b]
    learner, adult, now, most = a[mine], b[mine], now[mine], most[mine]
    live, ever = now >= THETA, most >= THETA
    enrolled = (who.left < 0) & (who.entered <= who.span.last)
    recorded = np.zeros(len(who.role), bool)
    recorded[met.person] = True
    fit = (who.sector[adult] == who.goal[learner]) & (who.tier[adult] >= 1)
    all_degree = np.bincount(a, minlength=len(who.role)) + np.bincount(b, minlength=len(who.role))
    event = np.repeat(np.arange(len(met)), met.size)
    found: dict[str, Any] = {
        "l_low": who.low, "l_state": who.state, "l_recorded": recorded[:n], "l_enrolled": enrolled,
        "l_live": np.bincount(learner[live], minlength=n), "l_ever": np.bincount(learner[ever], minlength=n),
        "l_assigned": np.isin(np.arange(n), block.assigned["learner"][block.assigned["until"] < 0]),
        "t_low": who.low[learner], "t_now": now, "t_most": most, "t_fit": fit, "t_tier": who.tier[adult],
        "a_learners": np.bincount(adult[ever], minlength=len(who.role))[np.flatnonzero(professional)],
        "a_all": all_degree[np.flatnonzero(professional)],
        "e_kind": met.kind, "e_mode": met.mode, "e_activity": met.activity, "e_size": met.size,
        "e_helped": met.resources > 0,
        "c_chance": block.outcomes.chance, "c_met": block.outcomes.met, "c_low": who.low[block.outcomes.learner],
        "c_between": block.outcomes.between,
    }  # fmt: skip
    steps = block.introductions.steps
    found |= {f"i_{name}": steps[:, WAY.index(name)] >= 0 for name in FUNNEL}
    found["i_assigned"] = block.introductions.assigned
    found |= _seats(who, block, event)
    found |= _places(who, block)
    return found


def _seats(who: Population, block: Block, event: Ints) -> dict[str, Any]:
    """One row for each learner in a room with speakers: were seniors there, did a follow-up come of it."""
    met = block.met
    speaker = met.part == SPEAKER
    senior = np.bincount(event[speaker], weights=who.tier[met.person[speaker]] == SENIOR, minlength=len(met))
    speakers = np.bincount(event[speaker], minlength=len(met))
    rooms = speakers > 0
    seat = rooms[event] & (met.part == LEARNER)
    learner = met.person[seat]
    followed = np.isin(met.kind, (KINDS.index("follow_up"),))[event] & (met.part == LEARNER)
    return {
        "s_low": who.low[learner],
        "s_senior": senior[event[seat]] / speakers[event[seat]],
        "s_connected": who.state[learner] == CONNECTED,
        "f_low": who.low[met.person[followed]],
    }


def _places(who: Population, block: Block) -> dict[str, Any]:
    """One row for each learner and supervisor of a placement: mode, ties made there, kept up 30 days later."""
    met = block.met
    work = np.flatnonzero(met.kind == KINDS.index("work_session"))
    offsets = met.offsets
    supervisor, learner = met.person[offsets[work]], met.person[offsets[work] + 1]
    code = learner * len(who.role) + supervisor
    pair, first = np.unique(code, return_index=True)
    end = np.zeros(len(pair), np.int64)
    np.maximum.at(end, np.searchsorted(pair, code), met.day[work])
    third = np.zeros(len(pair), bool)
    np.logical_or.at(third, np.searchsorted(pair, code), met.size[work] > 2)
    a, b, day, _ = block.pairs
    other = a * len(who.role) + b
    at = np.minimum(np.searchsorted(pair, other), len(pair) - 1)
    later = (pair[at] == other) & (day >= end[at] + 25)
    kept = np.zeros(len(pair), bool)
    kept[at[later]] = True
    return {"p_mode": met.mode[work][first], "p_colleague": third, "p_kept": kept, "p_over": end < who.span.last - 60}


def _share(mask: Mask) -> str:
    return f"{100 * float(np.mean(mask)):.1f} %" if len(mask) else "none"


def _by_income(topic: str, what: str, values: Any, low: Mask, show: Any) -> Iterator[Figure]:
    yield topic, f"{what}, low income", show(values[low])
    yield topic, f"{what}, others", show(values[~low])


def _mean(values: Any) -> str:
    return f"{float(np.mean(values)):.2f}" if len(values) else "none"


def _who(m: dict[str, Any]) -> Iterator[Figure]:
    on = m["l_enrolled"]
    yield "learners", "on the roster on the last day", f"{int(on.sum())}"
    yield "learners", "low income", _share(m["l_low"][on])
    yield "learners", "nothing recorded", _share(~m["l_recorded"][on])
    yield "learners", "recorded, never a professional tie", _share((m["l_recorded"] & (m["l_ever"] == 0))[on])
    yield "learners", "no live professional tie (Q3, theta .25)", _share((m["l_live"] == 0)[on])
    yield from _by_income("learners", "no live professional tie", (m["l_live"] == 0)[on], m["l_low"][on], _share)
    yield "learners", "with an assigned adult", _share(m["l_assigned"][on])


def _networks(m: dict[str, Any]) -> Iterator[Figure]:
    on = m["l_enrolled"]
    live, low = m["l_live"][on], m["l_low"][on]
    yield "networks", "live professional ties a learner, mean", _mean(live)
    yield from _by_income("networks", "live professional ties a learner", live, low, _mean)
    spread = np.percentile(live, [50, 90, 99]).astype(int)
    yield "networks", "live ties: median, p90, p99, most", f"{spread[0]}, {spread[1]}, {spread[2]}, {live.max()}"
    ever = m["t_most"] >= THETA
    yield "networks", "ties dormant on the last day, of all that ever lived", _share((m["t_now"] < THETA)[ever])
    yield (
        "networks",
        "strong ties (theta 2), of the live ones",
        _share((m["t_now"] >= THETA_STRONG)[m["t_now"] >= THETA]),
    )
    alive = m["t_now"] >= THETA
    yield from _by_income("networks", "ties to seniors", (m["t_tier"] == SENIOR)[alive], m["t_low"][alive], _share)
    yield from _by_income(
        "networks", "ties in the goal sector, mid or senior", m["t_fit"][alive], m["t_low"][alive], _share
    )
    yield from _by_income("rooms", "seniors among the speakers heard", m["s_senior"], m["s_low"], _mean)
    learners = m["l_low"] & (m["l_state"] != NOTHING), ~m["l_low"] & (m["l_state"] != NOTHING)
    for label, mask, group in (("low income", m["s_low"], learners[0]), ("others", ~m["s_low"], learners[1])):
        yield "rooms", f"mass events attended a learner, {label}", f"{mask.sum() / max(group.sum(), 1):.1f}"
    for label, low_group in (("low income", True), ("others", False)):
        seats = (m["s_low"] == low_group) & m["s_connected"]
        follow = (m["f_low"] == low_group).sum()
        yield "rooms", f"named follow-ups per 100 seats, {label}", f"{100 * follow / max(seats.sum(), 1):.1f}"


def gini(values: Any) -> float:
    """0: all equal; towards 1: one has everything."""
    ordered = np.sort(np.asarray(values, np.float64))
    n, total = len(ordered), float(ordered.sum())
    return float((2 * np.arange(1, n + 1) - n - 1) @ ordered / (n * total)) if total else 0.0


def _hubs(m: dict[str, Any]) -> Iterator[Figure]:
    for what, values in (
        ("learners known to a professional", m["a_learners"]),
        ("contacts of a professional", m["a_all"]),
    ):
        p = np.percentile(values, [50, 90, 99]).astype(int)
        yield (
            "hubs",
            f"{what}: mean, median, p90, p99, most",
            (f"{values.mean():.1f}, {p[0]}, {p[1]}, {p[2]}, {values.max()}"),
        )
        top = np.sort(values)[::-1][: max(len(values) // 10, 1)].sum() / max(values.sum(), 1)
        yield "hubs", f"{what}: share of the top tenth", f"{100 * top:.0f} %"
        yield "hubs", f"{what}: Gini", f"{gini(values):.2f}"


def _contacts(m: dict[str, Any]) -> Iterator[Figure]:
    counts = np.bincount(m["e_mode"], minlength=len(MODES)) / len(m["e_mode"])
    yield "contacts", "interactions", f"{len(m['e_kind']):,}"
    yield (
        "contacts",
        "by mode",
        ", ".join(f"{code} {100 * share:.0f} %" for code, share in zip(MODES, counts, strict=True)),
    )
    stages = vocabulary("activities").column("stage")
    names = sorted(set(stages.values()), key=list(stages.values()).index)
    activity = m["e_activity"][m["e_activity"] >= 0]
    stage = np.array([names.index(stages[code]) for code in ACTIVITIES])[activity]
    shares = np.bincount(stage, minlength=len(names)) / len(stage)
    yield (
        "contacts",
        "by stage, where an activity is named",
        ", ".join(f"{name} {100 * share:.0f} %" for name, share in zip(names, shares, strict=True)),
    )
    yield "contacts", "with help recorded", _share(m["e_helped"])


def _placements(m: dict[str, Any]) -> Iterator[Figure]:
    for mode in ("in_person", "hybrid", "virtual"):
        mine = m["p_mode"] == MODES.index(mode)
        yield "placements", f"{mode}: number", f"{int(mine.sum())}"
        yield "placements", f"{mode}: a colleague was met besides the supervisor", _share(m["p_colleague"][mine])
        yield "placements", f"{mode}: kept up afterwards (ended 60 days ago)", _share(m["p_kept"][mine & m["p_over"]])


def _outcomes(m: dict[str, Any]) -> Iterator[Figure]:
    met, chance = m["c_met"], m["c_chance"]
    yield "planted", "candidates at distance two", f"{len(met):,}"
    yield "planted", "of them met", f"{int(met.sum()):,}"
    yield from _by_income("planted", "mean chance", chance, m["c_low"], lambda values: f"{values.mean():.4f}")
    order = np.argsort(chance, kind="stable")
    rank = np.empty(len(chance))
    rank[order] = np.arange(1, len(chance) + 1)
    yes = int(met.sum())
    area = (rank[met].sum() - yes * (yes + 1) / 2) / max(yes * (len(met) - yes), 1)
    yield "planted", "AUC of the true chance: the most that a ranker can reach", f"{area:.3f}"


def _introductions(m: dict[str, Any]) -> Iterator[Figure]:
    counts = ", ".join(f"{name.replace('_', ' ')} {int(m[f'i_{name}'].sum()):,}" for name in FUNNEL)
    yield "introductions", "how far they came", counts
    yield "introductions", "connector known by assignment alone", _share(m["i_assigned"])
