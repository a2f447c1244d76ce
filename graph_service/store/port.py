"""The small port behind which a store's engine lives: SQLite or Neo4j.

An `Engine` keeps rows of any declared kind and knows nothing of what they mean. What every store does the
same way (idempotent appends, versions, guards, retraction, undo) is written once, in `store.py`, above it.

Rows travel as columns of plain Python values: dates as whole days since 1970, lists as lists, participants
as lists of (id, role). `kept` columns: version, revision, ended, batch.
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from graph_service.records.kind import Kind

Columns = Mapping[str, Sequence[Any]]

#: Number of the store's layout; a store with a higher one was written by a newer version.
LAYOUT = 1

#: The participant that stands where somebody was erased: unlinkable, never measured, never shown.
ANONYMOUS = "erased0000000000"


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
class Revision:
    """One line of the store's log: who wrote, when, doing what."""

    revision: int
    recorded_at: datetime
    actor: str
    action: str
    batch: str | None


class Transaction(Protocol):
    """One write. It holds the Meta row's lock from its first moment; leaving it commits."""

    revision: int

    def live(self, kind: Kind, ids: Sequence[str]) -> dict[str, Live]: ...
    def missing(self, kind: Kind, ids: Sequence[str]) -> set[str]: ...
    def erased(self, ids: Sequence[str]) -> set[str]: ...
    def count(self, kind: Kind, equals: Mapping[str, Any]) -> int: ...
    def insert(self, kind: Kind, rows: Columns) -> None: ...
    def replace(self, kind: Kind, rows: Columns) -> None: ...
    def end(self, kind: Kind, ids: Sequence[str]) -> None: ...
    def erase(self, kind: Kind, ids: Sequence[str]) -> int: ...
    def abandon(self) -> None: ...


class Engine(Protocol):
    """A place where rows are kept."""

    def meta(self) -> Meta | None: ...
    def create(self, meta: Meta) -> None: ...
    def write(self, actor: str, action: str, batch: str | None) -> AbstractContextManager[Transaction]: ...
    def since(self, kind: Kind, revision: int, until: int) -> Any: ...
    def get(self, kind: Kind, id: str) -> dict[str, Any] | None: ...
    def history(self, kind: Kind, id: str) -> list[dict[str, Any]]: ...
    def page(self, kind: Kind, after: str, limit: int, equals: Mapping[str, Any]) -> list[dict[str, Any]]: ...
    def count(self, kind: Kind, equals: Mapping[str, Any]) -> int: ...
    def known(self, kind: Kind, ids: Sequence[str]) -> set[str]: ...
    def batch(self, kind: Kind, batch: str) -> list[tuple[str, int]]: ...
    def interactions_of(self, person: str, until: int, limit: int) -> list[dict[str, Any]]: ...
    def contacts_of(self, person: str, until: int, limit: int) -> list[dict[str, Any]]: ...
    def revisions(self, after: int, limit: int) -> Iterator[Revision]: ...
    def erasures(self) -> list[tuple[str, str]]: ...
    def purge(self) -> None: ...
    def check(self) -> list[str]: ...
    def close(self) -> None: ...
