"""Records of single people that may leave under an agreement: coarse, without names, and never alone in their class.

What others can know of somebody (school, grade, subgroup) is coarsened until at least k rows share it; what they would
learn (how much network) is left out where all who share it have the same, and where few people in the file have it.
"""

import secrets
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

#: What stands for a value that is not told.
HIDDEN = "*"


@dataclass(frozen=True)
class Protected:
    """rows: pseudonym and values, in a drawn order. of: for each row its position in what was given.

    known, learned: columns. dropped: people left out because nothing would protect them.
    """

    rows: tuple[dict[str, str], ...]
    of: tuple[int, ...]
    known: tuple[str, ...]
    learned: tuple[str, ...]
    dropped: int

    @property
    def hidden(self) -> int:
        """Values that are not told."""
        return sum(row[column] == HIDDEN for row in self.rows for column in (*self.known, *self.learned))

    def classes(self) -> list[list[int]]:
        """Rows that share what is known, the largest classes first."""
        return sorted(_classes(self.rows, range(len(self.rows)), self.known), key=lambda places: (-len(places), places))

    def with_rows(self, rows: Sequence[Mapping[str, str]], k: int) -> "Protected":
        """The file with more values hidden, and with them what has become rare or alike."""
        values = [dict(row) for row in rows]
        _hide_rare(values, range(len(values)), self.learned, k)
        _hide_alike(values, range(len(values)), self.known, self.learned)
        return replace(self, rows=tuple(values))


def protected(rows: Sequence[Mapping[str, str]], known: Sequence[str], learned: Sequence[str], k: int) -> Protected:
    """Rows as they may leave.

    Parameters: rows of values by column; `known`, columns that others may know of somebody, the most useful first;
    `learned`, columns that they would learn; `k`, the fewest rows that share what is known.

    >>> rows = [{"school": "a", "network": "few"}] * 12 + [{"school": "b", "network": "none"}] * 3
    >>> out = protected(rows, ["school"], ["network"], 10)
    >>> len(out.rows), out.dropped, {row["network"] for row in out.rows}
    (12, 3, {'*'})
    """
    values = [dict(row) for row in rows]
    for column in reversed(known):
        small = _in_small_classes(values, known, k)
        for at in small:
            values[at][column] = HIDDEN
    gone = set(_in_small_classes(values, known, k))
    kept = [at for at in range(len(values)) if at not in gone]
    _hide_rare(values, kept, learned, k)
    _hide_alike(values, kept, known, learned)
    secrets.SystemRandom().shuffle(kept)
    columns = [*known, *learned]
    told = tuple({"id": secrets.token_hex(6), **{column: values[at][column] for column in columns}} for at in kept)
    return Protected(told, tuple(kept), tuple(known), tuple(learned), len(gone))


def _class_of(row: Mapping[str, str], known: Sequence[str]) -> tuple[str, ...]:
    return tuple(row[column] for column in known)


def _classes(rows: Sequence[Mapping[str, str]], among: Iterable[int], known: Sequence[str]) -> list[list[int]]:
    found: dict[tuple[str, ...], list[int]] = {}
    for at in among:
        found.setdefault(_class_of(rows[at], known), []).append(at)
    return list(found.values())


def _in_small_classes(values: Sequence[Mapping[str, str]], known: Sequence[str], k: int) -> list[int]:
    sizes = Counter(_class_of(row, known) for row in values)
    return [at for at, row in enumerate(values) if sizes[_class_of(row, known)] < k]


def _hide_rare(values: list[dict[str, str]], kept: Sequence[int], learned: Sequence[str], k: int) -> None:
    """The only one with twenty contacts is recognised by them."""
    for column in learned:
        sizes = Counter(values[at][column] for at in kept)
        for at in kept:
            if sizes[values[at][column]] < k:
                values[at][column] = HIDDEN


def _hide_alike(
    values: list[dict[str, str]], kept: Sequence[int], known: Sequence[str], learned: Sequence[str]
) -> None:
    """A class in which everybody has the same tells it of each of them."""
    classes = _classes(values, kept, known)
    for column in learned:
        for members in classes:
            if len({values[at][column] for at in members}) < 2:
                for at in members:
                    values[at][column] = HIDDEN
