"""What can be drawn: plain frozen specs, already cleared for the reader who will see them.

A spec holds only what may be shown. Scope, consent and suppression are decided before a spec is made, and
every picture carries the same facts twice: drawn, and as a table with a sentence.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any

Cell = str | int | float | date | None
"""A value of a table; None is shown as unknown, never as zero."""


class State(StrEnum):
    """How a tie stands on a date."""

    STRONG = "strong"
    WEAK = "weak"
    DORMANT = "dormant"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class Ring:
    """One relation, drawn as one ring; rings are given from the inside out.

    `style` fixes shape and colour (0 to 7), so that a relation looks the same in every picture; None takes the
    ring's place in this one.
    """

    code: str
    label: str
    style: int | None = None


@dataclass(frozen=True, slots=True)
class Moment:
    """A tie on one date. `strength` is None where no number may be shown or none exists."""

    state: State
    strength: float | None = None


@dataclass(frozen=True, slots=True)
class Alter:
    """A contact of the person in the middle, with one moment per date of the picture."""

    key: str
    label: str
    ring: str
    moments: tuple[Moment, ...]
    note: str = ""


@dataclass(frozen=True, slots=True)
class AlterTie:
    """A tie between two contacts. Given only where the reader may see it; `present` has one flag per date."""

    a: str
    b: str
    present: tuple[bool, ...]


@dataclass(frozen=True, slots=True)
class EgoPicture:
    """One person's network on one or several dates.

    Parameters
    ----------
    title, ego : heading of the picture, and the name in the middle.
    rings : relations from the inside out; each alter's `ring` is one of their codes.
    dates : ascending, at least one; several give a time slider.
    alters, ties : contacts, and ties among them (leave empty where the reader may not see them).
    out_of_scope : contacts that count but may not be named; only their number is shown.
    sentences : one per date, replacing the sentence that would be made from the data.
    empty : what to say and do when there is no contact at all.
    strengths : whether numbers of strength may be printed.
    """

    title: str
    ego: str
    rings: tuple[Ring, ...]
    dates: tuple[date, ...]
    alters: tuple[Alter, ...] = ()
    ties: tuple[AlterTie, ...] = ()
    out_of_scope: int = 0
    sentences: tuple[str, ...] = ()
    empty: str = ""
    strengths: bool = True

    def __post_init__(self) -> None:
        if not self.dates or list(self.dates) != sorted(set(self.dates)):
            raise ValueError("an ego picture needs one or more different dates in ascending order")
        codes, keys = {ring.code for ring in self.rings}, {alter.key for alter in self.alters}
        if len(keys) != len(self.alters):
            raise ValueError("two alters have the same key")
        for alter in self.alters:
            if alter.ring not in codes:
                raise ValueError(f"the relation {alter.ring!r} has no ring")
            if len(alter.moments) != len(self.dates):
                raise ValueError("each alter needs one moment per date")
        for tie in self.ties:
            if tie.a not in keys or tie.b not in keys or tie.a == tie.b or len(tie.present) != len(self.dates):
                raise ValueError("a tie joins two different alters and has one flag per date")
        if self.sentences and len(self.sentences) != len(self.dates):
            raise ValueError("give one sentence per date, or none")


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a table: `kind` is text, name, number, percent, days or date; it sets alignment and sorting."""

    key: str
    label: str
    kind: str = "text"


@dataclass(frozen=True, slots=True)
class Table:
    """The equal of a picture, for everyone who does not see it, and for checking it."""

    caption: str
    columns: tuple[Column, ...]
    rows: tuple[Mapping[str, Cell], ...]


@dataclass(frozen=True, slots=True)
class Chart:
    """A Vega-Lite chart by its name in `charts/`, with the rows it shows.

    Parameters
    ----------
    name : a file of `charts/`, for example `tie_flow`.
    title, sentence : heading, and what the chart shows in words.
    rows : mappings with the fields the file declares; unknown values are None.
    notes : method notes printed under the chart.
    """

    name: str
    title: str
    sentence: str
    rows: Sequence[Mapping[str, Cell]]
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, eq=False)
class MapPicture:
    """A whole programme as a map, on one date or between two waves.

    Parameters
    ----------
    title, sentence : heading, and what the map shows in words.
    ids : what each person is called on the map (a key or a pseudonym); searched by.
    positions : x and y per person in any unit (an array [n, 2] or pairs), as the layout gave them.
    groups, group_of : names of sites or roles, and an index into them per person.
    group_word : what a group is, for headings ("Site", "Role").
    ties : pairs of indices into `ids` (an array [m, 2] or pairs).
    changes : per tie 0 kept, 1 new, 2 lost; empty where the map shows one date.
    names : what each person is called where that is not the id; shown, and searched by.
    link : address of a person's page on the same site with `{id}` in it, or empty.
    notes : what a reader must know beside the map.
    """

    title: str
    sentence: str
    ids: Sequence[str]
    positions: Any
    groups: tuple[str, ...]
    group_of: Any
    ties: Any
    changes: Any = ()
    group_word: str = "Group"
    names: Sequence[str] = ()
    link: str = ""
    notes: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if self.link and not (self.link.startswith("/") and not self.link.startswith("//")):
            raise ValueError("a map links to pages of its own site only")
        if len(self.positions) != len(self.ids) or len(self.group_of) != len(self.ids):
            raise ValueError("each person of a map needs one place and one group")
        if len(self.names) not in (0, len(self.ids)):
            raise ValueError("name everybody on the map, or nobody")
        if len(self.changes) not in (0, len(self.ties)):
            raise ValueError("give one change per tie, or none")


Picture = EgoPicture | Chart | MapPicture
