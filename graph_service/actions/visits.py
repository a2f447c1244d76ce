"""A visit: what somebody may do who has shown a mailed code. Short, for one person, without a password."""

import hashlib
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from itsdangerous import BadData, URLSafeSerializer

from graph_service import clock
from graph_service.actions.addresses import policy_of
from graph_service.actions.codes import new_code, use_code
from graph_service.actions.links import Link, signing_key
from graph_service.actions.merging import kept_of
from graph_service.actions.notices import assemble_one, notice
from graph_service.actions.outbox import send
from graph_service.disclosure.scope import Actor
from graph_service.errors import SignInNeeded
from graph_service.messages.texts import rules
from graph_service.messages.transport import Transport
from graph_service.settings import Settings
from graph_service.store.store import Store

HOURS = 4
#: The cookie of a visit, and the pages that it is sent to.
COOKIE = "visit"
HOME = {"mentor": "/mentor", "learner": "/me"}


@dataclass(frozen=True)
class Sent:
    """state: of the mail with the code: sent, queued, uncertain, bounced, cancelled."""

    code: str
    state: str


def ask_code(store: Store, settings: Settings, through: Transport, link: Link, today: date) -> Sent:
    """Mail a code to the person of a link, at the address that the programme knows. Raises TooManyCodes."""
    audience = "learner" if link.party == "learner" else "connector" if link.party == "connector" else "target"
    code = new_code(store, link.person)
    policy = policy_of(store)
    record = notice(store, rules()[("code", audience)], link.person, today, code, subject=code)
    message = assemble_one(store, record, policy, today, settings.texts_dir)
    send(store, settings, through, only=message)
    found = store.get("message", message)
    return Sent(code, found["state"] if found else "cancelled")


def begin(store: Store, link: Link, said: str, *, now: datetime | None = None) -> tuple[str, str]:
    """Open a visit with a mailed code. Returns the text of its cookie and its first page. Raises WrongCode."""
    moment = now or clock.now()
    use_code(store, link.person, said, now=moment)
    role = "learner" if link.party == "learner" else "mentor"
    until = (moment + timedelta(hours=HOURS)).isoformat(timespec="seconds")
    text = _signer(store).dumps([link.person, role, until])
    return text if isinstance(text, str) else text.decode(), HOME[role]


def visitor(store: Store, cookie: str, *, now: datetime | None = None) -> Actor:
    """Who is visiting. Raises SignInNeeded: no visit, or over, or the person is no longer there."""
    try:
        said: Any = _signer(store).loads(cookie)
        person, role, until = said
        over = datetime.fromisoformat(until) < (now or clock.now())
    except (BadData, ValueError, TypeError):
        raise SignInNeeded() from None
    record = store.get("person", person)
    if over or role not in ("mentor", "learner") or record is None or record["status"] == "removed":
        raise SignInNeeded()
    # Whoever was merged into another record since then comes to the desk of the one that is kept.
    who = kept_of(store, person)
    return Actor(f"visit {who}", role, frozenset(), who)


def _signer(store: Store) -> URLSafeSerializer:
    how = {"digest_method": hashlib.sha256}
    return URLSafeSerializer(signing_key(store, b"visits"), salt="graph-service.visit", signer_kwargs=how)
