"""Write down something about a learner, and take it back."""

from datetime import date

from graph_service.actions import writing
from graph_service.disclosure.records import RecordReader
from graph_service.errors import InvalidRecord
from graph_service.records.resources import BY_PATH
from graph_service.store.store import Receipt, Store

NOTES = BY_PATH["notes"]


def note(
    store: Store, reader: RecordReader, learner: str, text: str, *, today: date, repeat: str | None = None
) -> Receipt:
    """Keep a note about a learner (internal id). Raises NotYours, InvalidRecord for an empty one."""
    words = text.strip()
    if not words:
        raise InvalidRecord(problems=[{"field": "text", "found": "nothing", "expected": "some words"}])
    author = reader.actor.person or reader.actor.role
    values = {"learner": learner, "date": today, "author": author, "text": words}
    return writing.add(store, reader, NOTES, values, repeat=repeat)[1]


def take_note_back(store: Store, reader: RecordReader, id: str) -> Receipt:
    """Retract a note. Raises NotFound, NotYours."""
    return writing.retract(store, reader, NOTES, id, reader.get(NOTES, id)["version"])
