"""The ego map on pyvis: a person in the middle, one ring per relation, strength as width, dormant ties dashed.

Only pyvis' data is used: its pages load files from other origins and its titles can inject markup, so the data is
filtered by key and the page is our own.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from math import sqrt
from typing import Any

from viz.labels import isolated, plain, short
from viz.rings import arrange
from viz.spec import Alter, Cell, Column, EgoPicture, Moment, State, Table
from viz.words import Words

CAP = 1500
"""People drawn at most; the table has everyone."""
NODE_KEYS = ("id", "label", "shape", "size", "x", "y", "title")
EDGE_KEYS = ("from", "to", "width")
SHAPES = ("dot", "square", "triangle", "diamond", "triangleDown", "hexagon", "star")
KEY_PATHS = {
    "dot": "M0-8A8 8 0 1 1 0 8A8 8 0 1 1 0-8Z",
    "square": "M-7-7H7V7H-7Z",
    "triangle": "M0-8L8 7H-8Z",
    "diamond": "M0-9L9 0L0 9L-9 0Z",
    "triangleDown": "M0 8L8-7H-8Z",
    "hexagon": "M-4-8H4L9 0L4 8H-4L-9 0Z",
    "star": "M0-9L2.3-3H8.6L3.6 1.1L5.3 7.4L0 3.8L-5.3 7.4L-3.6 1.1L-8.6-3H-2.3Z",
}
"""The shapes again, for the key under the picture."""
_RANK = {State.STRONG: 0, State.WEAK: 1, State.DORMANT: 2, State.NONE: 3}


def style(picture: EgoPicture, ring: int) -> int:
    """Number of a ring's shape and colour."""
    fixed = picture.rings[ring].style
    return ring if fixed is None else fixed


def ordered(picture: EgoPicture) -> list[Alter]:
    """All contacts in the order of the table and of their numbers: by ring, then strongest ever, then key."""
    ring = {r.code: k for k, r in enumerate(picture.rings)}
    return sorted(picture.alters, key=lambda a: (ring[a.ring], *_best(a.moments), a.key))


def drawn(picture: EgoPicture) -> list[Alter]:
    """The contacts that are drawn: everyone, or the `CAP` strongest."""
    everyone = ordered(picture)
    if len(everyone) <= CAP:
        return everyone
    kept = {a.key for a in sorted(everyone, key=lambda a: (*_best(a.moments), a.key))[:CAP]}
    return [alter for alter in everyone if alter.key in kept]


def _best(moments: Iterable[Moment]) -> tuple[int, float]:
    return min((_RANK[m.state], -(m.strength or 0.0)) for m in moments)


def network_data(picture: EgoPicture, words: Words) -> dict[str, Any]:
    """What the browser draws: nodes, edges, circles, and how each of them stands on each date.

    Node 0 is the person in the middle; node k is row k of the table. No key, id or attribute of anybody else
    leaves through it.
    """
    alters = drawn(picture)
    number = {alter.key: n for n, alter in enumerate(ordered(picture), start=1)}
    by_ring = [[a for a in alters if a.ring == ring.code] for ring in picture.rings]
    places, circles = arrange([len(ring) for ring in by_ring])
    ids = {alter.key: number[alter.key] for alter in alters}
    ties = [tie for tie in picture.ties if tie.a in ids and tie.b in ids]
    network = _pyvis(picture, by_ring, places, ids, ties, words)
    nodes, edges, *_ = network.get_network_data()
    widest = max((m.strength or 0.0 for a in alters for m in a.moments), default=0.0)
    return {
        "nodes": [_only(NODE_KEYS, node) for node in nodes],
        "edges": [_only(EDGE_KEYS, edge) for edge in edges],
        "ring": [0] + [style(picture, k) for k, ring in enumerate(by_ring) for _ in ring],
        "circles": [
            {"radius": c.radius, "label": short(picture.rings[c.ring].label, 24) if c.named else ""} for c in circles
        ],
        "moments": [
            {
                "date": words.day(day),
                "sentence": sentence(picture, index, words),
                "states": [alter.moments[index].state.value for ring in by_ring for alter in ring],
                "widths": [_width(a.moments[index], widest) for ring in by_ring for a in ring],
                "ties": [tie.present[index] for tie in ties],
            }
            for index, day in enumerate(picture.dates)
        ],
    }


def _pyvis(
    picture: EgoPicture,
    by_ring: Sequence[Sequence[Alter]],
    places: Sequence[Sequence[tuple[float, float]]],
    ids: Mapping[str, int],
    ties: Sequence[Any],
    words: Words,
) -> Any:
    from pyvis.network import Network

    # Directed, because pyvis looks for a twin among all edges before it adds an undirected one.
    network = Network(directed=True)
    network.add_node(0, label=short(picture.ego, 40), shape="box", x=0, y=0, title=plain(picture.ego))
    for k, (ring, spots) in enumerate(zip(by_ring, places, strict=True)):
        for alter, (x, y) in zip(ring, spots, strict=True):
            network.add_node(
                ids[alter.key],
                label=short(alter.label, 24),
                shape=SHAPES[style(picture, k) % len(SHAPES)],
                size=9,
                x=x,
                y=y,
                title=_tooltip(alter, picture, words),
            )
    for ring in by_ring:
        for alter in ring:
            network.add_edge(0, ids[alter.key])
    for tie in ties:
        network.add_edge(ids[tie.a], ids[tie.b], width=1)
    return network


def _only(keys: Sequence[str], item: Mapping[str, Any]) -> dict[str, Any]:
    return {key: item[key] for key in keys if key in item}


def _width(moment: Moment, widest: float) -> float:
    """Line width: area-like in strength, the same scale on every date."""
    if moment.state is State.DORMANT:
        return 1.5
    if moment.strength is None or widest <= 0:
        return {State.STRONG: 4.5, State.WEAK: 2.0}.get(moment.state, 0.0)
    return round(1.5 + 4.5 * sqrt(moment.strength / widest), 2)


def _tooltip(alter: Alter, picture: EgoPicture, words: Words) -> str:
    ring = next(r.label for r in picture.rings if r.code == alter.ring)
    lines = [short(alter.label, 120), plain(ring), short(alter.note, 200)]
    return "\n".join(line for line in lines if line)


def state_word(state: State, words: Words) -> str:
    """The word for how a tie stands."""
    return {
        State.STRONG: words.text("strong"),
        State.WEAK: words.text("weak"),
        State.DORMANT: words.text("dormant"),
        State.NONE: words.text("no tie"),
    }[state]


def sentence(picture: EgoPicture, index: int, words: Words) -> str:
    """What the picture shows on one of its dates, in words."""
    if picture.sentences:
        return picture.sentences[index]
    name, day = isolated(short(picture.ego, 60)), words.day(picture.dates[index])
    if not picture.alters and not picture.out_of_scope:
        return words.text("%(day)s: nothing is recorded yet for %(name)s.", day=day, name=name)
    states = Counter(alter.moments[index].state for alter in picture.alters)
    live = states[State.STRONG] + states[State.WEAK]
    parts = [
        words.counted(
            "%(day)s: %(name)s is in touch with %(n)s person (%(strong)s strong, %(weak)s weak).",
            "%(day)s: %(name)s is in touch with %(n)s people (%(strong)s strong, %(weak)s weak).",
            live,
            day=day,
            name=name,
            strong=words.number(states[State.STRONG]),
            weak=words.number(states[State.WEAK]),
        )
    ]
    if states[State.DORMANT]:
        parts.append(words.counted("%(n)s tie is dormant.", "%(n)s ties are dormant.", states[State.DORMANT]))
    if picture.out_of_scope:
        parts.append(
            words.counted(
                "%(n)s more contact is counted but not named here.",
                "%(n)s more contacts are counted but not named here.",
                picture.out_of_scope,
            )
        )
    return " ".join(parts)


def table(picture: EgoPicture, words: Words) -> Table:
    """The equal of the picture: everyone, with how they stand on every date."""
    labels = {ring.code: ring.label for ring in picture.rings}
    columns = [
        Column("n", words.text("No."), "number"),
        Column("name", words.text("Name"), "name"),
        Column("relation", words.text("Relation")),
    ]
    for index, day in enumerate(picture.dates):
        suffix = words.day(day)
        columns.append(Column(f"state{index}", words.text("Tie, %(day)s", day=suffix)))
        if picture.strengths:
            columns.append(Column(f"strength{index}", words.text("Strength, %(day)s", day=suffix), "number"))
    if any(alter.note for alter in picture.alters):
        columns.append(Column("note", words.text("Note"), "name"))
    rows = []
    for n, alter in enumerate(ordered(picture), start=1):
        row: dict[str, Cell] = {
            "n": n, "name": alter.label, "relation": labels[alter.ring], "note": alter.note
        }  # fmt: skip
        for index, moment in enumerate(alter.moments):
            row[f"state{index}"] = state_word(moment.state, words)
            row[f"state{index}:sort"] = _RANK[moment.state]
            row[f"strength{index}"] = moment.strength
        rows.append(row)
    return Table(words.text("The same as a table"), tuple(columns), tuple(rows))


def notes(picture: EgoPicture, words: Words) -> list[str]:
    """What a reader must know beside the picture: what was left out of it."""
    if len(picture.alters) <= CAP:
        return []
    return [
        words.text(
            "%(shown)s of %(all)s contacts are drawn, the strongest ones; the table has everyone.",
            shown=words.number(CAP),
            all=words.number(len(picture.alters)),
        )
    ]
