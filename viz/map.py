"""The programme map for sigma.js: everyone at a given place, ties as thin lines, packed so that it travels light.

Ten thousand people and fifty thousand ties are about 170 kB compressed: places are two 16-bit numbers a person,
ties are counts per person and indices, all in base64.
"""

from __future__ import annotations

import base64
from typing import Any

from viz.labels import short
from viz.spec import Cell, Column, MapPicture, Table
from viz.words import Words

CHANGES = ("kept", "new", "lost")
COLOURS = 8
"""Groups with a colour of their own: the largest ones; the others share a grey, and any can be picked out."""


def arrays(picture: MapPicture) -> tuple[Any, Any, Any, Any]:
    """Places, groups, ties (a < b, sorted) and changes as arrays. Raises ValueError for what cannot be drawn."""
    import numpy as np

    n = len(picture.ids)
    places = np.asarray(picture.positions, np.float64).reshape(n, 2)
    groups = np.asarray(picture.group_of, np.int64).reshape(n)
    ties = np.asarray(picture.ties, np.int64).reshape(-1, 2)
    changes = np.asarray(picture.changes, np.int64).reshape(-1)
    if not np.isfinite(places).all():
        raise ValueError("a place of the map is not a finite number")
    if n and not (groups.min() >= 0 and groups.max() < len(picture.groups)):
        raise ValueError("a person of the map is in a group without a name")
    if len(ties) and not (ties.min() >= 0 and ties.max() < n):
        raise ValueError("a tie of the map names a person who is not on it")
    if len(changes) and not (changes.min() >= 0 and changes.max() < len(CHANGES)):
        raise ValueError("a tie is kept (0), new (1) or lost (2)")
    ties = np.sort(ties, axis=1)
    order = np.lexsort((ties[:, 1], ties[:, 0]))
    ties, changes = ties[order], changes[order] if len(changes) else changes
    if (ties[:, 0] == ties[:, 1]).any() or (len(ties) > 1 and (np.diff(ties, axis=0) == 0).all(axis=1).any()):
        raise ValueError("a tie of the map joins two different people, and is given once")
    return places, groups, ties, changes


def network_data(picture: MapPicture, words: Words) -> dict[str, Any]:
    """What the browser draws, packed."""
    import numpy as np

    places, groups, ties, changes = arrays(picture)
    n = len(places)
    middle = (places.min(axis=0) + places.max(axis=0)) / 2 if n else 0.0
    reach = max(float(np.abs(places - middle).max()), 1e-12) if n else 1.0
    wide = "<u2" if n < 2**16 else "<u4"
    sizes = np.bincount(groups, minlength=len(picture.groups))
    rank = np.empty(len(sizes), np.int64)
    rank[np.argsort(-sizes, kind="stable")] = np.arange(len(sizes))
    return {
        "ids": [short(name, 60) for name in picture.ids],
        "names": [short(name, 60) for name in picture.names],
        "places": _packed(np.round(((places - middle) / reach + 1) * 32767.5).astype("<u2")),
        "groups": [short(name, 60) for name in picture.groups],
        "colours": [int(k) if k < COLOURS else -1 for k in rank],
        "group_of": _packed(groups.astype("<u2")),
        "counts": _packed(np.bincount(ties[:, 0], minlength=n).astype(wide)),
        "others": _packed(ties[:, 1].astype(wide)),
        "changes": _packed(changes.astype("u1")),
        "bytes": 2 if n < 2**16 else 4,
        "link": picture.link,
        "language": words.language,
        "words": {
            "none": words.text("Nobody here has that id."),
            "one": words.text("1 person found."),
            "many": words.text("%(shown)s of %(all)s found.", shown="{shown}", all="{all}"),
            "range": words.text("%(from)s to %(to)s of %(all)s", **{"from": "{from}", "to": "{to}", "all": "{all}"}),
            "hint": words.text("Drag to move, Ctrl and the wheel to zoom; choose a person to see their ties."),
            "ties": words.text("Ties"),
            "open": words.text("Open page"),
            "changes": {
                "kept": words.text("kept"), "new": words.text("new"), "lost": words.text("lost")
            },
        },
    }  # fmt: skip


def _packed(values: Any) -> str:
    return base64.b64encode(values.tobytes()).decode()


def table(picture: MapPicture, words: Words) -> Table:
    """The equal of the map, by group: people, people without a tie, ties inside and outside."""
    import numpy as np

    _, groups, ties, changes = arrays(picture)
    n, k = len(picture.ids), len(picture.groups)
    live = changes != CHANGES.index("lost") if len(changes) else np.ones(len(ties), bool)
    degree = np.bincount(ties[live].ravel(), minlength=n)
    a, b = groups[ties[:, 0]], groups[ties[:, 1]]

    def inside(of: Any) -> Any:
        return np.bincount(a[of & (a == b)], minlength=k)

    def outside(of: Any) -> Any:
        return np.bincount(a[of & (a != b)], minlength=k) + np.bincount(b[of & (a != b)], minlength=k)

    counts: dict[str, tuple[str, Any]] = {
        "people": (words.text("People"), np.bincount(groups, minlength=k)),
        "alone": (words.text("Without a tie"), np.bincount(groups[degree == 0], minlength=k)),
        "inside": (words.text("Ties inside"), inside(live)),
        "outside": (words.text("Ties to others"), outside(live)),
    }
    if len(changes):
        counts["new"] = (words.text("New ties"), inside(changes == 1) + outside(changes == 1))
        counts["lost"] = (words.text("Lost ties"), inside(changes == 2) + outside(changes == 2))
    rows = []
    for index, name in enumerate(picture.groups):
        row: dict[str, Cell] = {"group": name}
        row.update({key: int(values[index]) for key, (_, values) in counts.items()})
        rows.append(row)
    columns = (
        Column("group", words.text(picture.group_word), "name"),
        *(Column(key, label, "number") for key, (label, _) in counts.items()),
    )
    return Table(words.text("The same as a table, by group"), columns, tuple(rows))


def legend(picture: MapPicture) -> list[dict[str, Any]]:
    """Groups with their colour, the largest first."""
    sizes = [0] * len(picture.groups)
    for group in picture.group_of:
        sizes[int(group)] += 1
    order = sorted(range(len(sizes)), key=lambda k: (-sizes[k], k))
    return [
        {"index": k, "label": short(picture.groups[k], 40), "colour": rank if rank < COLOURS else -1}
        for rank, k in enumerate(order)
    ]


def tallies(picture: MapPicture) -> dict[str, int]:
    """How many ties are kept, new and lost."""
    if not len(picture.changes):
        return {}
    codes = [int(code) for code in picture.changes]
    return {name: codes.count(k) for k, name in enumerate(CHANGES)}
