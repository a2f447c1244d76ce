"""What a load knows of itself: its identity, its record, its receipt."""

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any

from graph_service import clock
from graph_service.disclosure.policy import grants
from graph_service.disclosure.scope import Actor
from graph_service.errors import RowsRejected, UnreadableFile
from graph_service.store.store import Receipt, Store
from loaders.batch import Reject
from loaders.options import LoadOptions
from loaders.rejects import keep_rejects, write_rejects

#: Called with (records done, records in all).
Progress = Callable[[int, int], None]


@dataclass(frozen=True)
class LoadReceipt:
    """What one load did, or, where it is a check, would do.

    load: id of the load, for `undo`. rows: rows read. added, changed, unchanged: records. created: people whom
    rows named and nobody had loaded. refused: people who were erased and stay away. rejected: rows; `rejects`
    says why. used: field to column. ignored: columns that nobody asked for. removals: affiliations that a
    complete roster no longer has; removed: how many of them were ended. written: false for a check.
    """

    load: str
    loader: str
    rows: int = 0
    added: int = 0
    changed: int = 0
    unchanged: int = 0
    rejected: int = 0
    created: int = 0
    refused: int = 0
    removals: int = 0
    removed: int = 0
    revision: int = 0
    written: bool = True
    by_kind: Mapping[str, tuple[int, int, int]] = field(default_factory=dict)
    used: Mapping[str, str] = field(default_factory=dict)
    ignored: Sequence[str] = ()
    notes: Sequence[str] = ()
    rejects: Sequence[Reject] = ()
    source: Any = field(default=None, repr=False, compare=False)

    def write_rejects(self, path: Path) -> None:
        """Write the rejected rows and why, ready to be mended and loaded again; readable by the owner alone."""
        write_rejects(path, self.rejects, self.source)

    def keep_rejects(self, file: Path) -> Path:
        """The same beside the file they came from, or in this folder, overwriting nothing; where they are then."""
        return keep_rejects(file, self.rejects, self.source)

    def problem(self) -> RowsRejected | None:
        """The error that rows were rejected, or None: good rows are loaded either way."""
        return RowsRejected(rejected=f"{self.rejected} of {self.rows}") if self.rejected else None

    def as_dict(self) -> dict[str, Any]:
        """Plain values, without the rows themselves."""
        plain = asdict(replace(self, source=None, rejects=()))
        del plain["source"]
        plain["by_kind"] = {name: list(counts) for name, counts in self.by_kind.items()}
        return plain | {"rejects": [each.as_dict() for each in self.rejects]}


def file_hash(path: Path) -> str:
    """SHA-256 of a file, or of all files of a folder with their names. Raises UnreadableFile."""
    total = hashlib.sha256()
    try:
        files = sorted(each for each in path.rglob("*") if each.is_file()) if path.is_dir() else [path]
        for each in files:
            if path.is_dir():
                total.update(str(each.relative_to(path)).encode() + b"\0")
            with each.open("rb") as file:
                total.update(hashlib.file_digest(file, "sha256").digest())
    except FileNotFoundError:
        raise UnreadableFile("There is no such file. Nothing was changed.") from None
    except OSError as error:
        raise UnreadableFile(f"The file cannot be read ({error.strerror}). Nothing was changed.") from None
    return total.hexdigest()


def load_id(store: Store, loader: str, hashed: str, options: LoadOptions) -> str:
    """The same file read in the same way is the same load: a second time continues it, and one undo ends it."""
    said = asdict(replace(options, batch=None, remove=None))
    return store.internal_id("load", options.source, repr((loader, hashed, _sorted(said))))


def _sorted(value: Any) -> Any:
    return sorted((name, _sorted(each)) for name, each in value.items()) if isinstance(value, dict) else value


def loads(store: Store, actor: Actor) -> list[dict[str, Any]]:
    """The loads so far, the latest first; none for who does not see the whole programme."""
    if actor.sites is not None or not grants(actor.role, "load"):
        return []
    return sorted(store.find("load"), key=lambda row: int(row["revision"]), reverse=True)


class LoadRecord:
    """The record of one load: running, done, undone."""

    def __init__(self, store: Store, id: str, loader: str, feed: str, hashed: str, actor: str, zone: str) -> None:
        self.store, self.id, self.actor = store, id, actor
        self.values: dict[str, Any] = {"id": id, "loader": loader, "feed": feed, "file_hash": hashed}
        self.values["day"] = clock.today(zone)
        before = store.get("load", id)
        self.finished = before is not None and before["state"] == "done"

    def begin(self, rows: int) -> None:
        """Say that it runs; a finished one is only touched when something changes."""
        if not self.finished:
            self._put(state="running", rows=rows)

    def end(self, receipt: LoadReceipt) -> int:
        """Say what came of it. Returns the store's revision."""
        if self.finished and not receipt.added and not receipt.changed:
            return self.store.revision()
        counts = {name: getattr(receipt, name) for name in ("rows", "added", "changed", "unchanged", "rejected")}
        return self._put(state="done", **counts).revision

    def _put(self, **values: Any) -> Receipt:
        return self.store.put("load", self.values | values, actor=self.actor, action="load", batch=self.id)
