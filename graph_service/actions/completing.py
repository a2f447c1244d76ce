"""Records that are known already: what a file does not speak about stays as it is."""

from dataclasses import replace
from typing import Any

from graph_service.records.kind import Kind
from graph_service.records.registry import kind
from graph_service.records.validation import validate
from graph_service.store.store import Store
from loaders.batch import Part


def complete(part: Part, store: Store) -> Part:
    """The part with the store's values in the fields that the file has no column for.

    Somebody who was removed from the lists stays removed, and a field that was corrected at a person's request stays
    as corrected, whatever the file says.
    """
    of = kind(part.kind)
    if of.evidence or not len(part):
        return part
    silent = [name for name in of.by_name if name not in part.given and name not in ("id_source", "key")]
    protected = ["status"] if "status" in part.given and part.kind == "person" else []
    settled = corrected(store) if part.kind == "person" else {}
    settled = {name: ids for name, ids in settled.items() if name in part.given and name in of.by_name}
    if not silent and not protected and not settled:
        return part
    if not store.known(of.name, part.table["id"].to_pylist()):
        return part
    return replace(part, table=_filled(of, validate(of, part.table).table, store, silent, protected, settled))


def corrected(store: Store) -> dict[str, set[str]]:
    """Fields that were corrected at people's request, and whose."""
    found: dict[str, set[str]] = {}
    for request in store.find("rights_request", right="correction", outcome="done"):
        for name in (request["fields"] or "").split(", "):
            found.setdefault(name, set()).add(request["person"])
    return found


def _filled(
    of: Kind, table: Any, store: Store, silent: list[str], protected: list[str], settled: dict[str, set[str]]
) -> Any:
    import numpy as np
    import pyarrow as pa
    import pyarrow.compute as pc

    kept = store.since(of.name)
    kept = kept.filter(pc.is_null(kept["ended"]))
    place = pc.index_in(table["id"].combine_chunks(), value_set=kept["id"].combine_chunks())
    found = np.asarray(pc.is_valid(place))
    at = np.asarray(pc.fill_null(place, 0)) + table.num_rows
    own = np.arange(table.num_rows)
    for name in dict.fromkeys([*silent, *protected, *settled]):
        held = kept[name].combine_chunks()
        use = found
        if name in protected:
            use = found & np.asarray(pc.equal(held, "removed").fill_null(False).take(pc.fill_null(place, 0)))
        if name in settled:
            mine = pc.is_in(
                table["id"].combine_chunks(), value_set=pa.array(sorted(settled[name] - {None}), pa.string())
            )
            use = (use if name in protected else np.zeros(table.num_rows, bool)) | (found & np.asarray(mine))
        both = pa.concat_arrays([table[name].combine_chunks(), held])
        column = both.take(pa.array(np.where(use, at, own)))
        table = table.set_column(table.schema.get_field_index(name), name, column)
    return table
