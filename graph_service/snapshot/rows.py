"""Which rows of a table of versions hold: known by a revision, and on a day."""

from typing import Any


def known(table: Any, revision: int) -> Any:
    """The rows that held at a revision: recorded by then, not retracted or replaced by then."""
    import pyarrow.compute as pc

    if table["ended"].null_count == table.num_rows and (pc.max(table["revision"]).as_py() or 0) <= revision:
        # Nothing ended and nothing is later, as mostly: no row needs to be copied.
        return table
    recorded = pc.less_equal(table["revision"], revision)
    ended = pc.fill_null(pc.less_equal(table["ended"], revision), False)
    return table.filter(pc.and_(recorded, pc.invert(ended)))


def on_day(table: Any, day: Any, since: str = "since", until: str = "until") -> Any:
    """The rows whose period contains the day; an open end has no limit; both ends are inclusive."""
    import pyarrow.compute as pc

    begun = pc.fill_null(pc.less_equal(table[since], day), True)
    over = pc.fill_null(pc.less(table[until], day), False)
    return table.filter(pc.and_(begun, pc.invert(over)))


def index_in(values: Any, pool: Any) -> Any:
    """Positions of values in a pool as int64, -1 where absent or null (numpy)."""
    import numpy as np
    import pyarrow as pa
    import pyarrow.compute as pc

    if not len(values):
        return np.zeros(0, np.int64)
    found = pc.index_in(values, value_set=pool.combine_chunks() if isinstance(pool, pa.ChunkedArray) else pool)
    filled = pc.fill_null(found, -1)
    return np.asarray(filled.to_numpy(), dtype=np.int64)
