"""What became of ties by how they began: by origin (the programme's or not) and by the mode of the first contact."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from graph_service.desks.views.evaluation import WayCell
from graph_service.disclosure.suppression import Rule, Withheld, groups_withheld
from graph_service.measures.first_ties import ways
from graph_service.measures.union import Union, union
from graph_service.records.vocabulary import vocabulary
from graph_service.snapshot.snapshot import Snapshot

PARTS = ("kept", "gained", "reactivated", "lost")
ORIGINS = {"programme": "the programme", "other": "elsewhere"}


def flow_by_way(first: Snapshot, last: Snapshot, rows: np.ndarray, rule: Rule) -> tuple[WayCell, ...]:
    """Ties per learner of `rows` (positions of the later look) that were kept, gained or lost, by how they began.

    A way in which few learners hold ties is hidden, and another one with it that subtraction would need.
    Empty in layers whose ties rest on no contacts.
    """
    if first.parameters.layer != "logged" or len(rows) < rule.k:
        return ()
    joined = union([first, last])
    live_a, live_b, quiet_a = joined.live[:, 0], joined.live[:, 1], joined.quiet[:, 0]
    parts = {
        "kept": live_a & live_b,
        "gained": live_b & ~live_a,
        "reactivated": live_b & ~live_a & quiet_a,
        "lost": live_a & ~live_b,
    }
    began = _began(joined, (first, last))
    mine = joined.places[1][rows]
    cells: list[WayCell] = []
    for way in ("origin", "mode"):
        names = [name for kind, name in began if kind == way and began[kind, name].any()]
        counts = [
            {part: joined.per_person(chosen & began[way, name])[mine] for part, chosen in parts.items()}
            for name in names
        ]
        hidden = groups_withheld([int(_holds(each).sum()) for each in counts], rule) if names else []
        cells += [_cell(way, name, each, why) for name, each, why in zip(names, counts, hidden, strict=True)]
    return tuple(cells)


def _holds(counts: dict[str, np.ndarray]) -> np.ndarray:
    held: np.ndarray = counts["kept"] + counts["gained"] + counts["lost"] > 0
    return held


def _began(joined: Union, looks: Sequence[Snapshot]) -> dict[tuple[str, str], np.ndarray]:
    """Truth per pair of the union of how it began; what the later look no longer knows is read off the earlier one."""
    n, codes = joined.people, joined.a * joined.people + joined.b
    found: dict[tuple[str, str], np.ndarray] = {}
    seen = np.zeros(len(codes), bool)
    for look, place in zip(reversed(looks), reversed(joined.places), strict=True):
        if look.pairs is None or not len(codes):
            continue
        x, y = place[look.pairs.a], place[look.pairs.b]
        at = np.searchsorted(codes, np.minimum(x, y) * n + np.maximum(x, y)).clip(max=len(codes) - 1)
        there = codes[at] == np.minimum(x, y) * n + np.maximum(x, y)
        new = there & ~seen[at]
        for way, truth in ways(look).items():
            found.setdefault(way, np.zeros(len(codes), bool))[at[new & truth]] = True
        seen[at[new]] = True
    return found


def _cell(way: str, name: str, counts: dict[str, np.ndarray], why: Withheld | None) -> WayCell:
    label = ORIGINS.get(name) if way == "origin" else vocabulary("modes").label(name)
    told: dict[str, Any] = dict.fromkeys(PARTS)
    if why is None:
        told = {part: float(counts[part].mean()) for part in PARTS}
    holding = int(_holds(counts).sum()) if why is None else None
    return WayCell(
        way=way, name=name, label=label or name, holding=holding, reason=None if why is None else why.reason, **told
    )
