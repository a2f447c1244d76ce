"""Logging a contact on a learner's page, and taking it back."""

from datetime import date
from typing import Annotated

from fastapi import Path
from fastapi.responses import RedirectResponse, Response

from graph_service.actions.contacts import NewContact, log_contact, take_back
from graph_service.actions.notes import note, take_note_back
from graph_service.api.access import Asking, CoordinatorReader, Records, Running
from graph_service.api.routing import Router
from graph_service.desks.finding import Found, people_called
from graph_service.errors import InvalidRecord
from graph_service.web.forms import Fields
from graph_service.web.language import text
from graph_service.web.learner import learner_html

Id = Annotated[str, Path(pattern=r"^[a-z0-9]{1,40}$")]
router = Router(include_in_schema=False)


@router.post("/learners/{id}/contacts")
def log(
    id: str, fields: Fields, reader: CoordinatorReader, records: Records, running: Running, who: Asking
) -> Response:
    """Log one contact; what does not fit comes back with what was typed."""
    today = running.today()
    snapshot = reader.snapshot(today)
    at = reader.learner(snapshot, id)
    assert snapshot.people is not None
    learner = str(snapshot.people.table["id"][at].as_py())
    found = people_called(reader, today, fields.get("with", ""))
    problem = _problem(found, fields)
    if not problem:
        contact = NewContact(
            learner=learner,
            people=found.ids,
            on=date.fromisoformat(fields["on"]),
            kind=fields.get("kind", "meeting"),
            mode=fields.get("mode", "in_person"),
            minutes=int(fields["minutes"]) if fields.get("minutes") else None,
        )
        try:
            record, _ = log_contact(
                running.programme.store, records, contact, today=today, repeat=fields.get("repeat") or None
            )
            reader.look_again()
            return RedirectResponse(f"/learners/{learner}?logged={record['id']}#receipt", 303)
        except InvalidRecord as error:
            problem = "; ".join(f"{each['field']}: expected {each['expected']}" for each in error.problems) or str(
                error
            )
    return learner_html(reader, id, today, running, who, status=422, problem=problem, typed=fields)


@router.post("/learners/{id}/contacts/{contact}/undo")
def undo(id: Id, contact: Id, fields: Fields, records: Records, running: Running) -> Response:
    """Take a logged contact back."""
    take_back(running.programme.store, records, contact)
    return RedirectResponse(f"/learners/{id}?taken_back=1#receipt", 303)


@router.post("/learners/{id}/notes")
def add_note(
    id: Id, fields: Fields, reader: CoordinatorReader, records: Records, running: Running, who: Asking
) -> Response:
    """Keep a note about a learner."""
    today = running.today()
    snapshot = reader.snapshot(today)
    at = reader.learner(snapshot, id)
    assert snapshot.people is not None
    learner, repeat = snapshot.people.ids[at], fields.get("repeat") or None
    try:
        note(running.programme.store, records, learner, fields.get("text", ""), today=today, repeat=repeat)
    except InvalidRecord:
        problem = text("Write a few words first.")
        return learner_html(reader, id, today, running, who, status=422, problem=problem)
    return RedirectResponse(f"/learners/{learner}#s-notes", 303)


@router.post("/learners/{id}/notes/{note_id}/undo")
def undo_note(id: Id, note_id: Id, fields: Fields, records: Records, running: Running) -> Response:
    """Take a note back."""
    take_note_back(running.programme.store, records, note_id)
    return RedirectResponse(f"/learners/{id}#s-notes", 303)


def _problem(found: Found, fields: dict[str, str]) -> str:
    """What stands in the way of logging, in words; empty where nothing does."""
    said = [text("Nobody here is called “%(name)s”. Check the spelling.", name=each) for each in found.unknown]
    said += [
        text("Several people are called “%(name)s”: write %(keys)s.", name=name, keys=text(" or ").join(keys))
        for name, keys in found.unclear
    ]
    if not found.ids and not said:
        said.append(text("Say with whom: a name or a key, several parted by commas."))
    try:
        date.fromisoformat(fields.get("on", ""))
    except ValueError:
        said.append(text("Say on which day."))
    if not fields.get("minutes", "").isdecimal() and fields.get("minutes"):
        said.append(text("Minutes are a whole number."))
    return " ".join(said)
