"""Where the people of an ego map stand: one ring per relation, the same place for the same person, always."""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil, cos, pi, sin

SPACING = 124.0
"""Room along a ring for one label, in the picture's units."""
ROW = 84.0
"""Distance between two circles."""
FIRST = 190.0
"""Radius of the innermost circle."""
HEADING = 150.0
"""Room left at the top of each circle for the ring's own name."""


@dataclass(frozen=True, slots=True)
class Circle:
    """One drawn circle; the first of a ring carries the ring's name."""

    radius: float
    ring: int
    named: bool


def arrange(sizes: list[int]) -> tuple[list[list[tuple[float, float]]], list[Circle]]:
    """Places for `sizes[k]` people on ring k, and the circles they stand on.

    A ring with more people than fit on one circle gets several. Empty rings take no room. Places depend on the
    sizes alone.

    >>> places, circles = arrange([2, 0, 1])
    >>> [len(ring) for ring in places], [circle.radius for circle in circles]
    ([2, 0, 1], [190.0, 274.0])
    """
    places: list[list[tuple[float, float]]] = []
    circles: list[Circle] = []
    taken: list[float] = []
    radius = FIRST
    for ring, size in enumerate(sizes):
        spots: list[tuple[float, float]] = []
        for row, count in enumerate(_rows(size, radius)):
            angles = _angles(count, radius, taken)
            spots += [(round(radius * sin(a), 1), round(-radius * cos(a), 1)) for a in angles]
            circles.append(Circle(radius, ring, row == 0))
            taken += angles
            radius += ROW
        places.append(spots)
    return places, circles


def _capacity(radius: float) -> int:
    return int((2 * pi * radius - HEADING) / SPACING)


def _rows(size: int, radius: float) -> list[int]:
    rows: list[int] = []
    while sum(rows) < size:
        rows.append(_capacity(radius + ROW * len(rows)))
    total, left, shared = sum(rows), size, []
    for room in rows:
        count = min(left, ceil(size * room / total))
        shared.append(count)
        left -= count
    return [count for count in shared if count]


def _angles(count: int, radius: float, inner: list[float]) -> list[float]:
    """Even angles clockwise from the top, turned a little so that lines pass between the `inner` people."""
    gap = HEADING / radius
    step = (2 * pi - gap) / count
    shifts = [0.0, *(sign * size / 20 for size in range(1, 10) for sign in (1, -1))]
    options = [[gap / 2 + step * (k + 0.5 + shift) for k in range(count)] for shift in shifts]
    if not inner or len(inner) * count > 2000:
        return options[0]
    return max(options, key=lambda angles: round(min(abs(a - b) for a in angles for b in inner), 6))
