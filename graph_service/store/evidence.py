"""All evidence of a store as Arrow tables, kept between looks: only what is newer is asked for."""

from pathlib import Path
from threading import RLock, Thread
from typing import Any

from graph_service.records.registry import kind
from graph_service.store.cache import STALE_SHARE, Cache
from graph_service.store.store import Store


class Evidence:
    """The records of a store, kind by kind, with everything that ever ended.

    `table(kind)` gives the kind's fields and version, revision, ended, batch (see `records.kind.kept_schema`).
    cache_dir: folder of the columnar cache; None keeps nothing on disk (as for a store that is encrypted at rest).
    `refresh()` moves to the store's present revision; until then every table is of the same revision.
    """

    def __init__(self, store: Store, cache_dir: Path | None = None) -> None:
        self.store, self.cache_dir = store, cache_dir
        self._cache: Cache | None = None
        self._tables: dict[str, tuple[int, Any]] = {}
        self._writing: Thread | None = None
        # Pages and the builder behind them read at the same time.
        self._lock = RLock()
        self.epoch = -1
        self.revision = 0
        self.refresh()

    def refresh(self) -> int:
        """Look at the store's present revision; forget everything if something was erased."""
        with self._lock:
            return self._refresh()

    def _refresh(self) -> int:
        meta = self.store.meta()
        if meta.epoch != self.epoch:
            self.settle()
            self._tables.clear()
            self.epoch = meta.epoch
            self._cache = None if self.cache_dir is None else Cache(self.cache_dir, meta.id, meta.epoch)
        self.revision = meta.revision
        return self.revision

    def table(self, kind_name: str) -> Any:
        """Every version of every record of the kind up to `revision`."""
        with self._lock:
            return self._table(kind_name)

    def _table(self, kind_name: str) -> Any:
        at, known = self._tables.get(kind_name, (0, None))
        kept_at = 0
        if known is None and self._cache is not None:
            found = self._cache.read(kind(kind_name))
            # A cache that is ahead is of a store that was put back to an earlier day.
            if found is not None and found[0] <= self.revision:
                at, known = found
                kept_at = at
        if known is None:
            known = self.store.since(kind_name, 0, self.revision)
            self._keep(kind_name, known)
        elif at < self.revision:
            newer = self.store.since(kind_name, at, self.revision)
            known = merged(known, newer)
            if kept_at and newer.num_rows > STALE_SHARE * known.num_rows:
                self._keep(kind_name, known)
        self._tables[kind_name] = (self.revision, known)
        return known

    def _keep(self, kind_name: str, table: Any) -> None:
        """Write a table to the cache while the look goes on: nobody should wait for a file that spares the next one."""
        if self._cache is not None and self._cache.worth(table):
            self.settle()
            words = (kind(kind_name), self.revision, table)
            self._writing = Thread(target=self._cache.write, args=words, name="graph-service-cache")
            self._writing.start()

    def settle(self) -> None:
        """Wait until the cache is written."""
        writing = self._writing
        if writing is not None:
            writing.join()


def merged(known: Any, newer: Any) -> Any:
    """Two tables of versions as one; a version that comes again has ended since."""
    import pyarrow as pa
    import pyarrow.compute as pc

    if not newer.num_rows:
        return known
    again = newer.filter(pc.is_valid(newer["ended"]))
    if again.num_rows:
        mark = pa.chunked_array([_versions(again)]).combine_chunks()
        repeated = pc.is_in(_versions(known), value_set=mark)
        known = known.filter(pc.invert(repeated))
    return pa.concat_tables([known, newer])


def _versions(table: Any) -> Any:
    import pyarrow as pa
    import pyarrow.compute as pc

    return pc.binary_join_element_wise(table["id"], table["version"].cast(pa.string()), "#").combine_chunks()
