"""The small port behind which a store's engine lives: SQLite or Neo4j.

An `Engine` keeps rows of any declared kind and knows nothing of what they mean. What every store does the
same way (idempotent appends, versions, guards, retraction, undo, erasure) is written once, in `store.py`.

Rows travel as columns of plain Python values: dates as whole days since 1970, lists as lists, participants
as lists of (id, role). The store's own columns beside the declared ones are in `records.kind.KEPT`.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol, TypeVar

from graph_service.records.kind import Kind

Columns = Mapping[str, Sequence[Any]]
T = TypeVar("T")

#: Number of the store's layout; a store with a higher one was written by a newer version, one with 0 is being put
#: back from a backup and not complete.
LAYOUT = 1

#: The participant that stands where somebody was erased: unlinkable, never measured, never shown.
ANONYMOUS = "erased0000000000"

#: Seconds that a writer waits for another one before it says that the store is busy.
BUSY_SECONDS = 30


@dataclass(frozen=True)
class Meta:
    """The one Meta row: who the store is and how far it has come.

    id: random id of the store; epoch: raised by an erasure, so that caches notice; revision: the last one;
    fingerprint: hash of the secret that its ids are keyed with; layout: number of its schema.
    """

    id: str
    epoch: int
    revision: int
    recorded_at: datetime | None
    fingerprint: str
    layout: int


@dataclass(frozen=True)
class Live:
    """What is known of an id: its last version, and the digest of the live row (None: retracted)."""

    version: int
    digest: int | None


@dataclass(frozen=True)
class Guard:
    """A condition read after the lock: fewer than `limit` live rows of `kind` have these values.

    `equals` maps a field to a value or a list of values (any of them).
    """

    kind: Kind
    equals: Mapping[str, Any]
    limit: int


@dataclass(frozen=True)
class Entry:
    """What the store's log says of a write: who wrote, doing what, in which load."""

    actor: str = ""
    action: str = "append"
    batch: str | None = None


@dataclass(frozen=True)
class Revision:
    """One line of the store's log."""

    revision: int
    recorded_at: datetime
    actor: str
    action: str
    batch: str | None


@dataclass(frozen=True)
class Step:
    """A version of a record, as the undoing of a load looks at it (`ended` is None while it holds)."""

    id: str
    version: int
    revision: int
    ended: int | None


class Transaction(Protocol):
    """One write. It holds the Meta row's lock from its first moment, so what it reads stays true."""

    revision: int

    def live(self, kind: Kind, ids: Sequence[str]) -> dict[str, Live]: ...
    def known(self, kind: Kind, ids: Sequence[str]) -> set[str]: ...
    def erased(self, ids: Sequence[str]) -> set[str]: ...
    def count(self, kind: Kind, equals: Mapping[str, Any]) -> int: ...
    def trail(self, kind: Kind, batch: str, limit: int) -> list[Step]:
        """All versions of up to `limit` live records that a load left so, and of those that it retracted."""
        ...

    def versions(self, kind: Kind, field: str, values: Sequence[str]) -> list[dict[str, Any]]:
        """All versions, live and ended, whose `field` (`id` or a reference) is, or has, one of the values."""
        ...

    def insert(self, kind: Kind, rows: Columns) -> None: ...
    def replace(self, kind: Kind, rows: Columns) -> None:
        """Put next versions in the place of live rows, which end."""
        ...

    def end(self, kind: Kind, ids: Sequence[str]) -> None:
        """End live rows without a successor. Raises Conflict when others still refer to them."""
        ...

    def rewrite(self, kind: Kind, rows: Columns, *, ended: bool) -> None:
        """Physically overwrite versions in place (`erase` only)."""
        ...

    def delete(self, kind: Kind, ids: Sequence[str]) -> None:
        """Physically delete all versions (`erase` only)."""
        ...

    def insert_ended(self, kind: Kind, rows: Columns) -> None:
        """Put ended versions back as they were, with the revision that `ended` each (`restore` only)."""
        ...

    def put_back_lines(self, lines: Sequence[Revision]) -> None:
        """Put lines of the log back as they were (`restore` only)."""
        ...

    def settle(self, meta: Meta) -> None:
        """Say how far a store that was put back has come (`restore` only)."""
        ...

    def record_erasures(self, kind: Kind, ids: Sequence[str]) -> None:
        """Write ids into the erasure ledger and raise the epoch."""
        ...

    def raise_epoch(self, least: int = 0) -> None:
        """Tell every cache to forget; the epoch becomes at least so large."""
        ...

    def abandon(self) -> None:
        """Give the write up: nothing of it stays, and it takes no revision."""
        ...


class Engine(Protocol):
    """A place where rows are kept."""

    def meta(self) -> Meta | None: ...
    def create(self, meta: Meta) -> None: ...
    def write(self, entry: Entry | None, work: Callable[[Transaction], T]) -> T:
        """Do `work` in one transaction. It may be done again when the engine asks for a repeat.

        entry: its line in the log; None only while a backup is put back, which leaves the log as it was.
        """
        ...

    def since(self, kind: Kind, revision: int, until: int) -> Any: ...
    def page(self, kind: Kind, after: str, limit: int, equals: Mapping[str, Any]) -> list[dict[str, Any]]: ...
    def count(self, kind: Kind, equals: Mapping[str, Any]) -> int: ...
    def known(self, kind: Kind, ids: Sequence[str]) -> set[str]: ...
    def get(self, kind: Kind, id: str) -> dict[str, Any] | None: ...
    def history(self, kind: Kind, id: str) -> list[dict[str, Any]]: ...
    def interactions_of(self, person: str, until: int, limit: int) -> list[dict[str, Any]]: ...
    def contacts_of(self, person: str, until: int, limit: int) -> list[dict[str, Any]]: ...
    def revisions(self, after: int, limit: int) -> Iterator[Revision]: ...
    def erasures(self) -> list[tuple[str, str]]: ...
    def purge(self) -> None: ...
    def check(self) -> list[str]: ...
    def close(self) -> None: ...
