"""Standing consents: an adult's yes in advance to one kind of ask, so many times a month; taken back at any time."""

from datetime import date
from typing import Any

from graph_service import clock
from graph_service.actions.moves import STAFF
from graph_service.disclosure.scope import Actor
from graph_service.errors import NotFound, NotYours, UnknownPerson, UsageError
from graph_service.records.vocabulary import vocabulary
from graph_service.store.store import Store

COLUMNS = ("id", "person", "side", "ask", "monthly", "since", "until")


def give_standing_consent(
    store: Store,
    actor: Actor,
    person: str,
    side: str,
    ask: str,
    *,
    monthly: int = 1,
    until: date | None = None,
    today: date | None = None,
) -> str:
    """Record that an adult (internal id) says yes in advance; the consent's id. One for each side and kind of ask.

    side: `connector` or `target`. The adults themselves may, and staff who were told so. Raises NotYours,
    UnknownPerson, UsageError (a learner, an unknown side or ask), InvalidRecord.
    """
    day = today or clock.today()
    _may(actor, person)
    adult = store.get("person", person)
    if adult is None:
        raise UnknownPerson()
    if "learner" in adult["roles"]:
        raise UsageError("Standing consents are adults': a learner is asked each time.")
    for name, value in (("introduction_sides", side), ("asks", ask)):
        if value not in vocabulary(name):
            raise UsageError(f"{value[:20]!r} is none of {', '.join(vocabulary(name).codes)}.")
    id = store.internal_id("standing_consent", "introduction", f"{person}|{side}|{ask}")
    record = {"id": id, "person": person, "side": side, "ask": ask, "monthly": monthly, "since": day, "until": until}
    store.put("standing_consent", record, actor=actor.person or actor.name, action="standing_consent:give")
    return id


def take_back(store: Store, actor: Actor, id: str) -> None:
    """End a standing consent at once: the next ask waits for an answer. Raises NotFound, NotYours."""
    record = store.get("standing_consent", id)
    if record is None:
        raise NotFound("There is no such standing consent.")
    _may(actor, record["person"])
    store.retract("standing_consent", [id], actor=actor.person or actor.name, action="standing_consent:take_back")


def standing_consents(store: Store, actor: Actor, today: date | None = None) -> list[dict[str, Any]]:
    """Those in force that the actor may see: one's own, or all for staff; people by own key."""
    day = today or clock.today()
    equals = {} if actor.role in STAFF else {"person": actor.person or ""}
    rows = store.find("standing_consent", **equals)
    held = [row for row in rows if row["since"] <= day and (row["until"] is None or row["until"] >= day)]
    people = {row["person"]: store.get("person", row["person"]) for row in held}
    told = [
        {
            "id": row["id"],
            "person": people[row["person"]]["key"] if people[row["person"]] else None,  # type: ignore[index]
            **{name: row[name] for name in ("side", "ask", "monthly", "since", "until")},
        }
        for row in held
    ]
    return sorted(told, key=lambda row: (str(row["person"]), row["side"], row["ask"]))


def _may(actor: Actor, person: str) -> None:
    if actor.role not in STAFF and actor.person != person:
        raise NotYours()
