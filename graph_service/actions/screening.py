"""What came of the screening of adults, entered for several at once; the report itself is never kept."""

from collections.abc import Sequence
from datetime import date

from graph_service.disclosure.records import RecordReader
from graph_service.errors import UsageError
from graph_service.records.registry import KINDS
from graph_service.records.resources import BY_PATH
from graph_service.records.validation import validate_records
from graph_service.store.store import Receipt, Store

CLEARANCES = BY_PATH["clearances"]


def record_checks(
    store: Store, reader: RecordReader, adults: Sequence[str], *, kind: str = "record_check", result: str = "cleared",
    since: date, until: date | None, authority: str = "", today: date,
) -> Receipt:  # fmt: skip
    """Record the same result of a check for these adults (internal ids), in one write.

    A second entry of a kind from the same day replaces the first. Raises UsageError for nobody, for a day to come or an
    end before its beginning; NotYours; InvalidRecord for codes that do not exist.
    """
    if not adults:
        raise UsageError("Tick at least one adult.")
    if since > today:
        raise UsageError("A check that is yet to come is no check: enter it on its day.")
    if until is not None and until < since:
        raise UsageError("The last day is before the first.")
    rows = [
        {
            "id": store.internal_id("clearance", "desk", f"{adult}|{kind}|{since}"), "person": adult, "kind": kind,
            "result": result, "since": since, "until": until if result == "cleared" else None,
            "authority": authority.strip() or None,
        }
        for adult in dict.fromkeys(adults)
    ]  # fmt: skip
    for row in rows:
        reader.require(CLEARANCES, row)
    table = validate_records(KINDS["clearance"], rows)
    return store.append("clearance", table, actor=reader.actor.name, action="screening")
