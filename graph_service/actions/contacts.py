"""Log a contact in one line: who, with whom, when, what it was."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from graph_service.actions import writing
from graph_service.disclosure.records import RecordReader
from graph_service.errors import InvalidRecord
from graph_service.records.resources import BY_PATH
from graph_service.store.store import Receipt, Store

INTERACTIONS = BY_PATH["interactions"]


@dataclass(frozen=True)
class NewContact:
    """A contact as a coordinator tells it.

    learner: internal id. people: internal ids of the others, at least one. kind, mode: codes of the vocabulary.
    minutes: length, or None where it is not known.
    """

    learner: str
    people: tuple[str, ...]
    on: date
    kind: str = "meeting"
    mode: str = "in_person"
    minutes: int | None = None


def log_contact(
    store: Store, reader: RecordReader, contact: NewContact, *, today: date, repeat: str | None = None
) -> tuple[dict[str, Any], Receipt]:
    """Record that people were in contact, in one write. The same `repeat` again changes nothing.

    Raises NotYours for learners out of scope, InvalidRecord for a day in the future or nobody to be in contact with.
    """
    others = tuple(dict.fromkeys(id for id in contact.people if id != contact.learner))
    if not others:
        raise InvalidRecord(problems=[{"field": "participants", "found": "nobody", "expected": "somebody else"}])
    if contact.on > today:
        raise InvalidRecord(problems=[{"field": "date", "found": "a day to come", "expected": "today or before"}])
    values = {
        "date": contact.on,
        "kind": contact.kind,
        "mode": contact.mode,
        "minutes": contact.minutes,
        "participants": [{"id": contact.learner, "role": "learner"}]
        + [{"id": id, "role": "participant"} for id in others],
        "source": "desk",
        "asserted_by": reader.actor.role,
        "evidence": "observed",
    }
    return writing.add(store, reader, INTERACTIONS, values, repeat=repeat)


def take_back(store: Store, reader: RecordReader, id: str) -> Receipt:
    """Retract a contact that was logged by mistake. Raises NotFound, NotYours."""
    found = reader.get(INTERACTIONS, id)
    return writing.retract(store, reader, INTERACTIONS, id, found["version"])
