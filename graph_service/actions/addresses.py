"""Whether somebody may be written to, and where: consent, status, the school's addresses, mail that came back."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from graph_service.actions.about import About
from graph_service.introductions.facts import ADULT_AGE
from graph_service.messages.policy import SETTING, Policy
from graph_service.store.store import Store
from graph_service.wbl.checking import age_on as age_by

#: Reasons of a bounce that say something of the address rather than of the server's day.
DEAD = ("refused", "returned")


@dataclass(frozen=True)
class Reach:
    """An address, or the reason why there is none (a code of `message_reasons`)."""

    address: str | None
    reason: str | None = None


def policy_of(store: Store) -> Policy:
    """The programme's rules about mail: its setting, else the defaults."""
    found = store.find("setting", key=SETTING)
    return Policy.of(found[0]["value"] if found else None)


def reach(
    about: About, person: str, audience: str, policy: Policy, day: date, guardian: str | None = None, code: bool = False
) -> Reach:
    """Where somebody may be written to on a day, as learner, connector, target, coordinator, lead or guardian.

    about: a reader that holds the person's records. code: a code that the person asked for a moment ago.
    """
    record = next((row for row in about.rows("person") if row["id"] == person), None)
    if record is None or record["status"] == "removed":
        return Reach(None, "removed")
    if audience == "guardian":
        return _guardian(about.store, person, guardian, day) if is_minor(record, day) else Reach(None, "no_consent")
    if record["email"] is None:
        return Reach(None, "no_address")
    consents = [row for row in about.rows("consent") if row["person"] == person]
    said = consent(consents, "messages", is_minor(record, day), day)
    if audience == "learner":
        if not policy.enabled(record["email"]):
            return Reach(None, "address_not_enabled")
        allowed = said is True
    elif audience in ("connector", "target"):
        allowed = record["status"] == "consented" and (said is not False or code)
    else:
        allowed = said is not False or audience == "lead"
    if not allowed:
        return Reach(None, "no_consent")
    return _alive(about.store, person, record["email"])


def _guardian(store: Store, learner: str, guardian: str | None, day: date) -> Reach:
    record = store.get("guardian", guardian) if guardian else None
    if record is None or record["learner"] != learner or not on(record, day):
        return Reach(None, "removed")
    if record["email"] is None:
        return Reach(None, "no_address")
    return _alive(store, learner, record["email"])


def _alive(store: Store, person: str, address: str) -> Reach:
    dead = store.count("message", recipient=person, address=mark(store, address), state="bounced", reason=list(DEAD))
    return Reach(None, "address_bounced") if dead else Reach(address)


def mark(store: Store, address: str) -> str:
    """A keyed hash of an address: tells whether two are the same, and nothing else."""
    return store.internal_id("address", "mail", address.strip().lower())


def on(row: Mapping[str, Any], day: date) -> bool:
    """Whether a dated record holds on a day."""
    since, until = row["since"], row["until"]
    return (since is None or since <= day) and (until is None or until >= day)


def age_on(person: Mapping[str, Any], day: date) -> int | None:
    """Whole years by birth date; None where it is unknown."""
    born = person["birth_date"]
    return None if born is None else age_by(born, day)


def is_minor(person: Mapping[str, Any], day: date) -> bool:
    """Under 18 on the day, or of unknown age."""
    years = age_on(person, day)
    return years is None or years < ADULT_AGE


def consent(rows: Iterable[Mapping[str, Any]], purpose: str, minor: bool, day: date) -> bool | None:
    """What holds of one person's consents to a purpose: allowed, refused, or None: nothing was said.

    A grant counts from who may give it (the guardian of a minor, anybody of age for themselves), a refusal from
    either; the latest counts, and of one day the refusal.
    """
    counts = [
        (row["since"], not row["granted"], bool(row["granted"]))
        for row in rows
        if row["purpose"] == purpose and on(row, day) and (not row["granted"] or (row["by"] == "guardian") == minor)
    ]
    return max(counts)[2] if counts else None
