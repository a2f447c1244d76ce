"""Records of single people that may leave under an agreement: coarse, without names, and never alone in their class.

What others can know of somebody (school, grade, subgroup) is coarsened until at least k rows share it; what they would
learn (how much network) is left out where all who share it have the same, and where few people in the file have it.
"""

import secrets
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

#: What stands for a value that is not told.
HIDDEN = "*"


@dataclass(frozen=True)
class Protected:
    """rows: pseudonym and values, in a drawn order. of: for each row its position in what was given.

    hidden: values that are not told, of how many; dropped: people left out because nothing would protect them.
    """

    rows: tuple[dict[str, str], ...]
    of: tuple[int, ...]
    hidden: int
    dropped: int


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
    hidden = sum(row[column] == HIDDEN for row in told for column in columns)
    return Protected(told, tuple(kept), hidden, len(gone))


def _class_of(row: Mapping[str, str], known: Sequence[str]) -> tuple[str, ...]:
    return tuple(row[column] for column in known)


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
    classes: dict[tuple[str, ...], list[int]] = {}
    for at in kept:
        classes.setdefault(_class_of(values[at], known), []).append(at)
    for column in learned:
        for members in classes.values():
            if len({values[at][column] for at in members}) < 2:
                for at in members:
                    values[at][column] = HIDDEN
