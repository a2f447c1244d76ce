"""Load a file: read it, resolve who and what it names, write it in batches, say what came of it."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from graph_service.actions.belonging import adopt, place
from graph_service.actions.completing import complete
from graph_service.actions.leaving import leaving
from graph_service.actions.loading import LoadReceipt, LoadRecord, Progress, file_hash, load_id
from graph_service.actions.rehearsing import compare
from graph_service.actions.resolving import Directory, created_people, resolve
from graph_service.errors import NotFound, UnknownPerson
from graph_service.settings import Settings
from graph_service.store.store import Receipt, Store
from loaders.batch import Batch, Reject
from loaders.mapping import merged
from loaders.options import LoadOptions
from loaders.registry import loader as named_loader


def ingest(
    store: Store,
    loader: str,
    path: Path | str,
    options: LoadOptions | None = None,
    *,
    progress: Progress | None = None,
    actor: str = "",
) -> LoadReceipt:
    """Load a file into a store: good rows are written, each other row is told.

    Parameters: a loader's name (`loaders.registry`), the file or folder, how to read it. `progress` is called
    with (records done, records in all).
    Raises UnreadableFile, MissingColumn, UsageError, UnknownPerson before anything is written. Loading a file again
    changes nothing; a load that was cut off is completed by loading the file again.
    """
    return _Load(store, loader, Path(path), options, actor).run(progress)


def check(
    store: Store,
    loader: str,
    path: Path | str,
    options: LoadOptions | None = None,
    *,
    progress: Progress | None = None,
) -> LoadReceipt:
    """What `ingest` would do, without writing anything."""
    return _Load(store, loader, Path(path), options, "").rehearse(progress)


def undo(store: Store, load: str, *, actor: str = "") -> Receipt:
    """Retract what one load brought, and bring back what it replaced.

    Raises NotFound where there is no such load, Conflict where later records refer to what it brought.
    """
    record = store.get("load", load)
    if record is None:
        raise NotFound("There is no load of this id. `graph-service load --list` lists them.")
    receipt = store.undo(load, actor=actor)
    if record["state"] != "undone":
        values = {
            name: value for name, value in record.items() if name not in ("version", "revision", "ended", "batch")
        }
        store.put("load", values | {"state": "undone"}, actor=actor, action="undo", batch=load)
    return receipt


class _Load:
    """One file on its way: everything is read and resolved before the first record is written."""

    def __init__(self, store: Store, loader: str, path: Path, options: LoadOptions | None, actor: str) -> None:
        self.store, self.actor = store, actor
        self.loader = named_loader(loader)
        self.options = merged(options or LoadOptions())
        self.hashed = file_hash(path)
        self.source = self.loader.read(path, self.options)
        self.batch: Batch = self.loader.transform(self.source, self.options)
        self.rejects: list[Reject] = list(self.batch.rejects)
        self.notes = list(self.batch.notes)
        directory = Directory(store, self.options)
        _require(directory, self.batch.about)
        parts = []
        for part in self.batch.parts:
            resolved = resolve(part, directory)
            self.rejects += resolved.rejects
            part = resolved.part
            if part.kind == "organization":
                placed = place(part, directory)
                self.rejects += placed.rejects
                self.notes += _waiting(placed.waiting)
                part = placed.part
            parts.append(complete(part, store))
        self.leaving = leaving(self.batch, directory, loader)
        self.notes += self.leaving.notes(self.options.remove)
        self.endings = self.leaving.records(self.options.remove)
        created = created_people(directory, parts)
        self.created = len(created)
        self.parts = ([created] if self.created else []) + [part for part in parts if len(part)]
        self.total = sum(len(part) for part in self.parts) + len(self.endings)
        self.id = load_id(store, loader, self.hashed, self.options)

    def run(self, progress: Progress | None) -> LoadReceipt:
        receipt = self._receipt(written=True)
        if not self.total:
            return replace(receipt, revision=self.store.revision())
        record = LoadRecord(
            self.store, self.id, self.loader.name, self.options.source, self.hashed, self.actor, self.options.time_zone
        )
        record.begin(self.batch.rows)
        counts = _Counts(self.batch.repeated)
        for kind_name, table in self._slices():
            wrote = self.store.append(kind_name, table, actor=self.actor, action="load", batch=self.id)
            counts.add(kind_name, wrote.added, wrote.changed, wrote.unchanged, len(wrote.refused))
            if progress is not None:
                progress(counts.done, self.total)
        if self.endings:
            wrote = self.store.put("affiliation", *self.endings, actor=self.actor, action="load", batch=self.id)
            counts.add("affiliation", wrote.added, wrote.changed, wrote.unchanged)
        for part in self.parts:
            if part.kind == "organization":
                adopt(self.store, part, actor=self.actor, action="load", batch=self.id)
        receipt = counts.on(receipt)
        return replace(receipt, revision=record.end(receipt))

    def rehearse(self, progress: Progress | None) -> LoadReceipt:
        counts = _Counts(self.batch.repeated)
        for part in self.parts:
            counts.add(part.kind, *compare(self.store, part))
            if progress is not None:
                progress(counts.done, self.total)
        if self.endings:
            counts.add("affiliation", 0, len(self.endings), 0)
        return replace(counts.on(self._receipt(written=False)), revision=self.store.revision())

    def _slices(self) -> Iterator[tuple[str, Any]]:
        size = self.options.batch or Settings().batch
        for part in self.parts:
            for start in range(0, len(part), size):
                yield part.kind, part.table.slice(start, size)

    def _receipt(self, *, written: bool) -> LoadReceipt:
        rejects = sorted(self.rejects, key=lambda each: (each.file, each.row, each.field))
        return LoadReceipt(
            self.id,
            self.loader.name,
            rows=self.batch.rows,
            rejected=len({(each.file, each.row) for each in rejects}),
            created=self.created,
            removals=len(self.leaving.gone),
            removed=len(self.endings) - len(self.leaving.said),
            written=written,
            used=self.batch.used,
            ignored=self.batch.ignored,
            notes=self.notes,
            rejects=rejects,
            source=self.source,
        )


def _require(directory: Directory, keys: Sequence[str]) -> None:
    ids = directory.ids("person", directory.options.id_source, keys)
    if directory.known("person", ids) != set(ids):
        raise UnknownPerson("The person whom the file is about is not in the programme. Nothing was changed.")


def _waiting(parents: int) -> list[str]:
    if not parents:
        return []
    which = "An organisation" if parents == 1 else f"{parents} organisations"
    return [
        f"{which} that others belong to {'is' if parents == 1 else 'are'} not known yet: load to complete the tree."
    ]


class _Counts:
    """Records added, changed and unchanged so far, in all and by kind."""

    def __init__(self, repeated: int) -> None:
        self.repeated, self.refused, self.done = repeated, 0, 0
        self.by_kind: dict[str, tuple[int, int, int]] = {}

    def add(self, kind_name: str, added: int, changed: int, unchanged: int, refused: int = 0) -> None:
        a, c, u = self.by_kind.get(kind_name, (0, 0, 0))
        self.by_kind[kind_name] = (a + added, c + changed, u + unchanged)
        self.refused += refused
        self.done += added + changed + unchanged + refused

    def on(self, receipt: LoadReceipt) -> LoadReceipt:
        added, changed, unchanged = (sum(each[at] for each in self.by_kind.values()) for at in range(3))
        return replace(
            receipt,
            added=added,
            changed=changed,
            unchanged=unchanged + self.repeated,
            refused=self.refused,
            by_kind=self.by_kind,
        )
