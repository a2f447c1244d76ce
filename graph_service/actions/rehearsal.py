"""Load a made-up programme: for the demo, for tests, for trying the software before real people are in it."""

from collections.abc import Callable
from datetime import date

from graph_service.errors import StoreNotEmpty
from graph_service.settings import Settings
from graph_service.store.store import Store
from loaders.synthetic import generate, resolve

#: Called with (records done, records in all).
Progress = Callable[[int, int], None]


def load_synthetic(
    store: Store,
    *,
    people: int,
    seed: int,
    as_of: date,
    cold: bool = False,
    progress: Progress | None = None,
    actor: str = "",
) -> dict[str, int]:
    """Write a generated programme into an empty store. Returns how many records of each kind it has.

    Raises StoreNotEmpty: made-up people are never mixed with real ones.
    """
    if store.revision() > 0:
        raise StoreNotEmpty()
    programme = generate(people, seed, as_of, cold=cold)
    size = Settings().batch
    counts: dict[str, int] = {}
    done = 0
    for number, tables in enumerate(programme.batches()):
        total = sum(table.num_rows for table in tables.values())
        for kind, table in resolve(tables, store.internal_ids).items():
            for start in range(0, table.num_rows, size):
                part = table.slice(start, size)
                store.append(kind, part, actor=actor, action="load", batch="synthetic")
                counts[kind] = counts.get(kind, 0) + part.num_rows
                done += part.num_rows
                if progress is not None:
                    progress(done, (done if number else 0) + total * (programme.blocks - number))
    return counts
