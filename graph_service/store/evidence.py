"""All evidence of a store as Arrow tables, kept between looks: only what is newer is asked for."""

from typing import Any

from graph_service.store.store import Store


class Evidence:
    """The records of a store, kind by kind, with everything that ever ended.

    `table(kind)` gives the kind's fields and version, revision, ended, batch (see `records.kind.kept_schema`).
    `refresh()` moves to the store's present revision; until then every table is of the same revision.
    """

    def __init__(self, store: Store) -> None:
        self.store = store
        self._tables: dict[str, tuple[int, Any]] = {}
        self.epoch = -1
        self.revision = 0
        self.refresh()

    def refresh(self) -> int:
        """Look at the store's present revision; forget everything if something was erased."""
        meta = self.store.meta()
        if meta.epoch != self.epoch:
            self._tables.clear()
            self.epoch = meta.epoch
        self.revision = meta.revision
        return self.revision

    def table(self, kind_name: str) -> Any:
        """Every version of every record of the kind up to `revision`."""
        at, known = self._tables.get(kind_name, (0, None))
        if known is None:
            known = self.store.since(kind_name, 0, self.revision)
        elif at < self.revision:
            known = merged(known, self.store.since(kind_name, at, self.revision))
        self._tables[kind_name] = (self.revision, known)
        return known


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
