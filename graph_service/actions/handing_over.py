"""Hand a caseload over: one adult's learners go to another, looked at first, and taken back whole."""

from collections.abc import Collection
from datetime import date, timedelta
from typing import Any

from graph_service.actions.addresses import on
from graph_service.disclosure.records import RecordReader
from graph_service.errors import NotYours, UsageError
from graph_service.records.registry import KINDS
from graph_service.records.resources import BY_PATH
from graph_service.records.validation import validate_records
from graph_service.store.store import Store

CASELOAD = BY_PATH["caseload"]


def in_care(store: Store, giver: str, learners: Collection[str], today: date) -> list[dict[str, Any]]:
    """The caseload records of an adult (internal id) that hold today, of these learners."""
    wanted = set(learners)
    return [row for row in store.find("caseload", adult=giver) if on(row, today) and row["learner"] in wanted]


def hand_over(
    store: Store, reader: RecordReader, giver: str, taker: str, learners: Collection[str], *, today: date
) -> tuple[str, int]:
    """End an adult's care of these learners yesterday and begin another's today, as one load that can be taken back.

    Returns the load's id and how many learners went over. Raises NotYours, UsageError where nobody would.
    """
    if not reader.actor.writes:
        raise NotYours()
    if giver == taker:
        raise UsageError("Name two different adults.")
    rows = in_care(store, giver, learners, today)
    if not rows:
        raise UsageError("No learner of yours is in the care of this adult today.")
    batch = store.internal_id("load", "hand over", f"{giver}|{taker}|{today}|{store.revision()}")
    made: list[dict[str, Any]] = []
    for row in rows:
        fields = {"id": row["id"], **{each.name: row[each.name] for each in KINDS["caseload"]}}
        # Whoever took somebody on today and hands them over today never cared for them a day.
        last = max(today - timedelta(days=1), row["since"] or date.min)
        made.append(fields | {"until": last})
        id = store.internal_id("caseload", "hand over", f"{taker}|{row['learner']}|{today}")
        made.append(fields | {"id": id, "adult": taker, "since": today, "until": None})
    for record in made:
        reader.require(CASELOAD, record)
    table = validate_records(KINDS["caseload"], made)
    receipt = store.append_all([("caseload", table)], actor=reader.actor.name, action="hand over", batch=batch)
    load = {
        "id": batch, "loader": "hand over", "feed": "desk", "rows": len(rows), "added": receipt.added,
        "changed": receipt.changed, "state": "done", "day": today,
    }  # fmt: skip
    store.put("load", load, actor=reader.actor.name, action="hand over", batch=batch)
    return batch, len(rows)
