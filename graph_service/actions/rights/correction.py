"""Correction: what is wrong about a person is put right, and stays right when the old file is loaded again."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from graph_service.actions.rights.requests import may, note
from graph_service.disclosure.scope import Actor
from graph_service.errors import InvalidRecord, UnknownPerson
from graph_service.records.kind import Field
from graph_service.records.registry import kind
from graph_service.records.validation import validate_records
from graph_service.store.store import Store

#: Who somebody is stays: another key is another record.
FIXED = ("id_source", "key", "basis")


def correct(
    store: Store, actor: Actor, person: str, values: Mapping[str, str], *, today: date, by: str = "self"
) -> str:
    """Correct fields of a person's own record; the request's id. The old values stay readable as known then.

    values: field to text (dates YYYY-MM-DD, lists parted by semicolons, nothing empties).
    Raises UnknownPerson, InvalidRecord, NotYours.
    """
    may(actor, person, own=False)
    record = store.get("person", person)
    if record is None:
        raise UnknownPerson()
    of = kind("person")
    open_ones = [name for name in of.by_name if name not in FIXED]
    wrong = [name for name in values if name not in open_ones]
    if wrong or not values:
        problems = [{"field": name, "found": "a value", "expected": "a field that can be corrected"} for name in wrong]
        raise InvalidRecord(f"Fields that can be corrected: {', '.join(open_ones)}.", problems=problems)
    changed = {name: typed(of[name], text) for name, text in values.items()}
    after = {name: record[name] for name in ("id", *of.by_name)} | changed
    store.append_all(
        [("person", validate_records(of, [after]))],
        actor=actor.name,
        action="rights:correction",
        expect={("person", person): record["version"]},
    )
    return note(store, actor, "correction", person, today, by=by, fields=", ".join(values))


def refuse(store: Store, actor: Actor, person: str, *, today: date, statement: str, by: str = "self") -> str:
    """Record that a correction was refused, with the person's own statement, which is kept with their record."""
    may(actor, person, own=False)
    if store.get("person", person) is None:
        raise UnknownPerson()
    return note(store, actor, "correction", person, today, by=by, outcome="refused", statement=statement)


def typed(of: Field, text: str) -> Any:
    """A text as the field's value. Raises InvalidRecord without repeating the text.

    >>> typed(kind("person")["goals"], "Information Technology; Health Science")
    ['Information Technology', 'Health Science']
    """
    if of.many:
        return [part.strip() for part in text.split(";") if part.strip()]
    if not text:
        return None
    try:
        if of.type.shape == "date":
            return date.fromisoformat(text)
        if of.type.shape == "int":
            return int(text)
        if of.type.shape == "bool":
            return {"yes": True, "true": True, "no": False, "false": False}[text.lower()]
    except (KeyError, ValueError):
        expected = {"date": "YYYY-MM-DD", "int": "a whole number", "bool": "yes or no"}[of.type.shape]
        problem = {"field": of.name, "found": "another text", "expected": expected}
        raise InvalidRecord(f"{of.name}: expected {expected}.", problems=[problem]) from None
    return text
