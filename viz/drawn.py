"""The drawing that may leave, as a map: groups on a ring, or people without names."""

from __future__ import annotations

from math import cos, pi, sin
from typing import TYPE_CHECKING

from viz.spec import MapPicture

if TYPE_CHECKING:
    from graph_service.desks.views.drawn import Drawn


def drawn_picture(view: Drawn) -> MapPicture:
    """A map of groups (or of people who cannot be told apart), with what a reader must know beside it."""
    n = len(view.nodes)
    ring = [(cos(2 * pi * at / max(n, 1)), sin(2 * pi * at / max(n, 1))) for at in range(n)]
    people = view.of == "people"
    said = "people" if people else f"groups of at least {view.k} people"
    note = "" if people else f"A line means that at least {view.k} people on both sides are tied. No line says nothing."
    return MapPicture(
        title=f"The programme's network on {view.as_of}",
        sentence=f"{n} {said}, {len(view.lines)} lines between them.",
        ids=[str(at + 1) for at in range(n)] if people else list(view.nodes),
        positions=ring,
        groups=("People",) if people else ("Groups",),
        group_of=[0] * n,
        ties=list(view.lines),
        group_word="Kind",
        notes=tuple(
            filter(None, (note, f"Drawn for readers outside the programme; {view.reason}." if view.reason else ""))
        ),
    )
