"""Legal holds: while one lasts, nothing of a person is erased, by request or by retention."""

import uuid
from collections.abc import Iterable
from datetime import date
from typing import Any

from graph_service.actions.rights.requests import may, whole
from graph_service.disclosure.scope import Actor
from graph_service.errors import NotFound, OnHold
from graph_service.records.registry import kind
from graph_service.store.store import Store


def hold(store: Store, actor: Actor, person: str, *, today: date, reason: str, authority: str | None = None) -> str:
    """Hold a person's records from today on; the hold's id. Raises UnknownPerson, NotYours, InvalidRecord."""
    may(actor, person, own=False)
    whole(store, person)
    id = store.internal_id("legal_hold", "rights", uuid.uuid4().hex)
    record = {"id": id, "person": person, "since": today, "reason": reason, "authority": authority}
    store.put("legal_hold", record, actor=actor.name, action="hold")
    return id


def release(store: Store, actor: Actor, person: str, *, today: date) -> int:
    """End a person's holds; they stay on record. Returns how many ended. Raises NotFound where there is none."""
    may(actor, person, own=False)
    found = [row for one in whole(store, person) for row in store.find("legal_hold", person=one) if lasts(row, today)]
    if not found:
        raise NotFound("No hold is on these records.")
    names = ("id", *kind("legal_hold").by_name)
    ended = [{name: row[name] for name in names} | {"until": max(_before(today), row["since"])} for row in found]
    placed_today = [row["id"] for row in found if row["since"] == today]
    if placed_today:
        # A hold has whole days: one that was placed today is taken back.
        store.retract("legal_hold", placed_today, actor=actor.name, action="release hold")
    store.put("legal_hold", *(row for row in ended if row["id"] not in placed_today), actor=actor.name)
    return len(found)


def lasts(row: dict[str, Any], today: date) -> bool:
    """Whether a hold is in force on a day."""
    return bool(row["since"] <= today and (row["until"] is None or row["until"] >= today))


def held(store: Store, today: date) -> set[str]:
    """People whose records are held on a day, with all records that are merged with theirs."""
    people = {row["person"] for row in store.find("legal_hold") if lasts(row, today)}
    return {each for person in people for each in whole(store, person)}


def require_free(store: Store, people: Iterable[str], today: date) -> None:
    """Raises OnHold where somebody's records are held."""
    if held(store, today) & set(people):
        raise OnHold()


def _before(day: date) -> date:
    return date.fromordinal(day.toordinal() - 1)
