"""Who is of which subgroup: read for reports alone, never to rank, gate or assign."""

from datetime import date
from typing import TYPE_CHECKING

import numpy as np

from graph_service.introductions.history import Reader
from graph_service.snapshot.rows import index_in, known, on_day

if TYPE_CHECKING:
    from graph_service.snapshot.snapshot import Snapshot

#: Subgroups with fewer learners than this are not reported.
LEAST = 10


def members(
    evidence: Reader, snapshot: "Snapshot", learners: np.ndarray, day: date
) -> dict[str, dict[str, np.ndarray]]:
    """Per attribute and value: truth per learner (positions), as known on a day."""
    import pyarrow as pa
    import pyarrow.compute as pc

    assert snapshot.people is not None
    rows = known(evidence.table("subgroup"), snapshot.revision)
    rows = rows.append_column("until", pa.nulls(rows.num_rows, pa.date32()))
    rows = on_day(rows, pa.scalar(day, pa.date32()))
    who = index_in(rows["person"], snapshot.people.table["id"])
    attributes = np.asarray(rows["attribute"].to_pylist(), object)
    values = np.asarray(rows["value"].to_pylist(), object)
    return {
        attribute: {
            value: np.isin(learners, who[(attributes == attribute) & (values == value)])
            for value in sorted(set(values[attributes == attribute]))
        }
        for attribute in sorted(pc.unique(rows["attribute"]).to_pylist())
    }
