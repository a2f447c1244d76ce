"""Events and who came, as a coordinator sees them: learners in scope by name."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from graph_service.desks.coordinator import about_scope
from graph_service.desks.learner import live
from graph_service.desks.naming import names_of, organization_name
from graph_service.desks.views.events import Attendee, EventPage, EventRow, Events
from graph_service.disclosure.scope import ScopedReader
from graph_service.errors import NotFound

SHOWN = 100


def events(reader: ScopedReader, as_of: date) -> Events:
    """Events, the latest first, at most a hundred."""
    reader.snapshot(as_of)  # Brings the tables up to now.
    found = sorted(live(reader, "event"), key=lambda row: (row["date"], row["id"]), reverse=True)
    signed = _signed(reader, as_of)
    rows = tuple(_row(reader, as_of, row, signed.get(row["id"], [])) for row in found[:SHOWN])
    return Events(about=about_scope(reader, as_of), rows=rows, total=len(found))


def event(reader: ScopedReader, as_of: date, id: str) -> EventPage:
    """One event. Raises NotFound."""
    reader.snapshot(as_of)  # Brings the tables up to now.
    row = next((each for each in live(reader, "event") if each["id"] == id), None)
    if row is None:
        raise NotFound()
    signed = _signed(reader, as_of).get(id, [])
    names = names_of(reader, as_of, [each["learner"] for each in signed] + list(row["guests"]))
    came = [
        Attendee(learner=each["learner"], name=names[each["learner"]], how=each["how"], asked=each["asked"] is not None)
        for each in signed
    ]
    return EventPage(
        about=about_scope(reader, as_of),
        row=_row(reader, as_of, row, signed),
        came=tuple(sorted(came, key=lambda each: (each.asked, each.name, each.learner))),
        guests=tuple(names[id] for id in row["guests"]),
    )


def _signed(reader: ScopedReader, as_of: date) -> dict[str, list[Mapping[str, Any]]]:
    """Sign-ins of learners in scope, by event."""
    snapshot = reader.snapshot(as_of)
    assert snapshot.people is not None
    mine = {snapshot.people.ids[at] for at in reader.learners(snapshot).tolist()}
    found: dict[str, list[Mapping[str, Any]]] = {}
    for row in live(reader, "sign_in"):
        if row["learner"] in mine:
            found.setdefault(row["event"], []).append(row)
    return found


def _row(reader: ScopedReader, as_of: date, row: Mapping[str, Any], signed: list[Mapping[str, Any]]) -> EventRow:
    snapshot = reader.snapshot(as_of)
    assert snapshot.people is not None
    ids = snapshot.people.organizations.table["id"].to_pylist()
    host = organization_name(snapshot, ids.index(row["host"])) if row["host"] in ids else None
    asked = sum(each["asked"] is not None for each in signed)
    return EventRow(
        id=row["id"], name=row["name"], on=row["date"], kind=row["kind"], host=host, came=len(signed), asked=asked
    )
