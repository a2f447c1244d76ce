"""The last trace of everybody in the programme: from when the days of keeping their records count."""

from datetime import date
from typing import Any

from graph_service import clock
from graph_service.store.evidence import Evidence
from graph_service.store.port import ANONYMOUS
from graph_service.store.store import Store

#: Dated records whose day shows that a person was still about, by the fields that name them.
TRACES = (
    ("stated_tie", ("ego",), ("date",)),
    ("consent", ("person",), ("since", "until")),
    ("clearance", ("person",), ("since", "until")),
    ("introduction", ("learner", "connector", "target"), ("since",)),
    ("experience", ("learner", "supervisor", "coordinator"), ("state_since", "until")),
    ("attendance", ("person",), ()),
)


def last_traces(store: Store, evidence: Evidence, today: date, *, named_only: bool) -> dict[str, date]:
    """The last day of everybody who has left (or of adults who agreed to nothing), by internal id.

    Whoever is still enrolled, works or coordinates somewhere has not left and is not among them.
    """
    import numpy as np
    import pyarrow as pa
    import pyarrow.compute as pc

    people = evidence.table("person")
    people = people.filter(pc.and_(pc.is_null(people["ended"]), pc.not_equal(people["id"], ANONYMOUS)))
    ids = people["id"].combine_chunks() if people.num_rows else pa.array([], pa.string())
    recorded = _recorded_days(store)
    last = np.array([recorded.get(revision, 0) for revision in people["revision"].to_pylist()], np.int64)
    stays = np.zeros(len(ids), bool)

    def seen(who: Any, days: Any) -> None:
        at = np.asarray(pc.fill_null(pc.index_in(who, value_set=ids), -1).to_numpy(zero_copy_only=False), np.int64)
        when = np.asarray(pc.fill_null(days.cast(pa.int32()), -(10**6)).to_numpy(zero_copy_only=False), np.int64)
        keep = at >= 0
        np.maximum.at(last, at[keep], when[keep])

    affiliations = _live(evidence, "affiliation")
    seen(affiliations["person"].combine_chunks(), affiliations["until"].combine_chunks())
    seen(affiliations["person"].combine_chunks(), affiliations["since"].combine_chunks())
    goes_on = pc.fill_null(pc.greater_equal(affiliations["until"], pa.scalar(today, pa.date32())), True)
    current = pc.index_in(affiliations.filter(goes_on)["person"].combine_chunks(), value_set=ids)
    stays[np.asarray(current.drop_null(), np.int64)] = True

    contacts = _live(evidence, "interaction")
    members = contacts["participants"].combine_chunks()
    parents = pc.list_parent_indices(members)
    seen(pc.struct_field(pc.list_flatten(members), [0]), contacts["date"].combine_chunks().take(parents))
    for name, who, days in TRACES:
        table = _live(evidence, name)
        for field in who:
            for day in days:
                seen(table[field].combine_chunks(), table[day].combine_chunks())
    named = np.asarray(pc.equal(people["status"], "named_only").to_numpy(zero_copy_only=False), bool)
    learner = np.array(["learner" in (roles or ()) for roles in people["roles"].to_pylist()], bool)
    contact = named & ~learner
    chosen = np.flatnonzero(contact if named_only else ~stays & ~contact)
    return {ids[at].as_py(): clock.day_of(int(last[at])) for at in chosen.tolist()}


def _live(evidence: Evidence, name: str) -> Any:
    import pyarrow.compute as pc

    table = evidence.table(name)
    return table.filter(pc.is_null(table["ended"]))


def _recorded_days(store: Store) -> dict[int, int]:
    return {each.revision: clock.day_number(each.recorded_at.date()) for each in store.revisions(0, 2**31 - 1)}
