"""Places: the units of an adult's capacity that introductions hold, taken and given back in the same write."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from graph_service.errors import CapacityFull
from graph_service.introductions.history import OPEN, month_of
from graph_service.records.introductions import RESERVATION
from graph_service.records.registry import kind
from graph_service.records.validation import validate_records
from graph_service.store.port import Guard
from graph_service.store.store import Receipt, Store


@dataclass
class Write:
    """What one move writes, and on which conditions."""

    tables: dict[str, list[dict[str, Any]]]
    expect: dict[tuple[str, str], int]
    guards: list[Guard]

    def add(self, kind_name: str, **record: Any) -> None:
        self.tables.setdefault(kind_name, []).append(record)

    def run(self, store: Store, actor: str, action: str) -> Receipt:
        order = ("introduction", "reservation", "interaction", "introduction_event", "introduction_outcome", "concern")
        tables = [(name, validate_records(kind(name), self.tables[name])) for name in order if name in self.tables]
        return store.append_all(tables, actor=actor, action=action, expect=self.expect, guards=self.guards)


def reserve(store: Store, made: Write, record: Mapping[str, Any], side: str, day: date) -> None:
    """Take a unit of an adult's capacity, once for a whole group. Raises CapacityFull."""
    person = record[side]
    id = reservation_id(store, record, side)
    held = store.get("reservation", id)
    slots = [OPEN, month_of(day)]
    made.expect[("reservation", id)] = held["version"] if held else 0
    if held is not None and held["slot"] in slots:
        # Another member of the group holds the unit already.
        return
    adult = store.get("person", person)
    capacity = adult["capacity"] if adult else 0
    if capacity is not None:
        if store.count("reservation", person=person, slot=slots) >= capacity:
            raise CapacityFull(limit=capacity)
        made.guards.append(Guard(RESERVATION, {"person": person, "slot": slots}, capacity))
    made.add("reservation", id=id, person=person, holder=record["group"] or record["id"], side=side, slot=OPEN)


def reservation_id(store: Store, record: Mapping[str, Any], side: str) -> str:
    holder = record["group"] or record["id"]
    return store.internal_id("reservation", "introduction", f"{holder}|{side}|{record[side]}")


def book(store: Store, made: Write, record: Mapping[str, Any], side: str, slot: str) -> None:
    id = reservation_id(store, record, side)
    held = store.get("reservation", id)
    if held is None or held["slot"] == slot:
        return
    made.expect[("reservation", id)] = held["version"]
    made.add("reservation", id=id, person=held["person"], holder=held["holder"], side=side, slot=slot)


def standing(store: Store, made: Write, record: Mapping[str, Any], side: str, day: date) -> bool:
    """Whether the adult said yes in advance to this kind of ask, and has not been asked so too often this month."""
    person, slots = record[side], [OPEN, month_of(day)]
    for consent in store.find("standing_consent", person=person, side=side, ask=record["ask"]):
        if consent["since"] > day or (consent["until"] is not None and consent["until"] < day):
            continue
        asked = {"person": person, "side": side, "slot": slots}
        if store.count("reservation", **asked) < consent["monthly"]:
            made.expect[("standing_consent", consent["id"])] = consent["version"]
            made.guards.append(Guard(RESERVATION, asked, consent["monthly"]))
            return True
    return False
