"""Where setting up stands: people, contacts, permissions and screenings of the reader's learners and adults."""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from graph_service.desks.naming import names_of
from graph_service.desks.views.setup import ExpiringClearance, Permission, SetupView, Step
from graph_service.disclosure.scope import ScopedReader
from graph_service.records.vocabulary import vocabulary

#: Days ahead that an end of a clearance is told.
AHEAD = 60
SHOWN = 50


def setup(reader: ScopedReader, as_of: date) -> SetupView:
    """Counts of what there is; permissions of learners in scope; clearances that end soon."""
    snapshot = reader.snapshot(as_of)
    people = snapshot.people
    assert people is not None and snapshot.recorded is not None
    rows = reader.learners(snapshot)
    mine = {people.ids[at] for at in rows.tolist()}
    adults = int((~people.learner).sum())
    consents = [row for row in _live(reader, "consent") if row["person"] in mine]
    clearances = [row for row in _live(reader, "clearance") if row["until"] is not None]
    latest: dict[tuple[str, str], date] = {}
    for row in clearances:
        key = (row["person"], row["kind"])
        latest[key] = max(latest.get(key, date.min), row["until"])
    soon = sorted((until, *key) for key, until in latest.items() if until <= as_of + timedelta(days=AHEAD))
    names = names_of(reader, as_of, [person for _, person, _ in soon[:SHOWN]])
    steps = (
        Step(name="people", count=len(rows)),
        Step(name="adults", count=adults),
        Step(name="contacts", count=int((snapshot.recorded[rows] > 0).sum()), of=len(rows)),
        Step(name="consents", count=len({row["person"] for row in consents if row["granted"]}), of=len(rows)),
        Step(name="clearances", count=len({row["person"] for row in _live(reader, "clearance")}), of=adults),
        Step(name="waves", count=len(_live(reader, "wave"))),
    )
    return SetupView(
        as_of=as_of,
        revision=snapshot.revision,
        steps=steps,
        permissions=tuple(
            _permission(code, consents, as_of, len(rows)) for code in vocabulary("consent_purposes").codes
        ),
        expiring=tuple(
            ExpiringClearance(person=person, name=names[person], kind=kind, until=until)
            for until, person, kind in soon[:SHOWN]
        ),
        expiring_total=len(soon),
    )


def _live(reader: ScopedReader, kind: str) -> list[Mapping[str, Any]]:
    import pyarrow.compute as pc

    table = reader.table(kind)
    found: list[Mapping[str, Any]] = table.filter(pc.is_null(table["ended"])).to_pylist()
    return found


def _permission(purpose: str, consents: list[Mapping[str, Any]], as_of: date, learners: int) -> Permission:
    """The latest word of each learner on one purpose counts."""
    said: dict[str, bool] = {}
    for row in sorted(consents, key=lambda row: (row["since"], row["id"])):
        if row["purpose"] == purpose and row["since"] <= as_of and (row["until"] is None or row["until"] >= as_of):
            said[row["person"]] = bool(row["granted"])
    allowed = sum(said.values())
    return Permission(purpose=purpose, allowed=allowed, refused=len(said) - allowed, unasked=learners - len(said))
