"""What the rows of a block's work are made of: keys, draws, days."""

from datetime import date, timedelta
from typing import Any

from loaders.synthetic.people import Population

Row = dict[str, Any]


class Place:
    """What the rows of a block are made of: keys, draws, days."""

    def __init__(self, who: Population) -> None:
        self.who, self.draws = who, who.draws("work")
        self.key: list[str] = who.key.to_pylist()
        self.place: list[str] = who.places.key.to_pylist()
        self.last = day(who.span.last)
        self.first = day(who.span.first)

    def id(self, prefix: str, number: int) -> str:
        return f"{prefix}{self.who.block:03d}-{number + 1:08d}"

    def of(self, kind: str) -> list[int]:
        return [int(each) for each in self.who.places.rows(kind)]

    def people(self, *roles: str) -> list[int]:
        return [int(each) for each in self.who.rows(*roles)]

    def staff(self, at: int) -> str:
        """A coordinator of the region of an organisation."""
        found = [each for each in self.people("coordinator") if self.who.region[each] == self.who.places.region[at]]
        return self.key[found[at % len(found)] if found else self.people("coordinator")[0]]


def day(number: Any) -> date:
    """A day number as a date."""
    return date(1970, 1, 1) + timedelta(days=int(number))
