"""What a write would change, found by looking."""

from graph_service.records.registry import kind
from graph_service.records.validation import validate
from graph_service.store.prepared import plain_columns
from graph_service.store.store import Store
from loaders.batch import Part


def compare(store: Store, part: Part) -> tuple[int, int, int, int]:
    """How many records of a part would be added, changed, left as they are, and refused."""
    import pyarrow.compute as pc

    of = kind(part.kind)
    ids = part.table["id"].to_pylist()
    erased = {id for _, id in store.erasures()} if of.keyed else set()
    refused = sum(1 for id in ids if id in erased)
    known = store.known(of.name, ids)
    if not known:
        return len(ids) - refused, 0, 0, refused
    kept = store.since(of.name)
    kept = kept.filter(pc.is_null(kept["ended"])).select(of.schema.names)
    before = dict(zip(kept["id"].to_pylist(), zip(*plain_columns(of, kept).values(), strict=True), strict=True))
    now = zip(*plain_columns(of, validate(of, part.table).table).values(), strict=True)
    same = sum(1 for row in now if before.get(row[0]) == row)
    return len(ids) - len(known) - refused, len(known) - same, same, refused
