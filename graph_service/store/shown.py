"""Who was shown what, and when: a line per day, account and page, with the internal ids of those on it.

Kept beside the store and not in it: a look changes nothing of the graph, and must not make every snapshot stale.
An id is a keyed hash; the file names nobody. Each person is noted once a day per account and page.
"""

import threading
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from graph_service.store.sidecar import Sidecar


@dataclass(frozen=True)
class Shown:
    """One line: on which day, to which account in which role, on what page or answer, whose data."""

    day: date
    actor: str
    role: str
    what: str
    people: tuple[str, ...]


class ShownLog:
    """The record of disclosures of one store."""

    def __init__(self, path: Path) -> None:
        self.file = Sidecar(path)
        self._day: date | None = None
        self._noted: set[tuple[str, str, str]] = set()
        self._lock = threading.Lock()

    def note(self, day: date, actor: str, role: str, what: str, people: Iterable[str]) -> None:
        """Note that people's data was shown. Raises OSError: what cannot be noted must not be shown."""
        with self._lock:
            if day != self._day:
                self._day, self._noted = day, set()
            new = sorted({id for id in people if (actor, what, id) not in self._noted})
            if new:
                self.file.add({"day": day.isoformat(), "actor": actor, "role": role, "what": what, "people": new})
                self._noted.update((actor, what, id) for id in new)

    def entries(self, since: date | None = None, until: date | None = None) -> Iterator[Shown]:
        """What was shown between two days, both included."""
        for line in self.file.lines():
            try:
                day = date.fromisoformat(line["day"])
                found = Shown(day, line["actor"], line["role"], line["what"], tuple(line["people"]))
            except (KeyError, TypeError, ValueError):
                continue
            if (since is None or day >= since) and (until is None or day <= until):
                yield found

    def forget(self, people: Iterable[str]) -> int:
        """Take people out of every line; how many lines changed."""
        gone = set(people)

        def without(line: dict[str, object]) -> dict[str, object] | None:
            there = line.get("people")
            left = [id for id in there if id not in gone] if isinstance(there, list) else []
            return {**line, "people": left} if left else None

        return self.file.rewrite(without)

    def end(self, before: date) -> int:
        """Delete the lines of days before one; how many."""
        return self.file.rewrite(lambda line: line if str(line.get("day", "")) >= before.isoformat() else None)
