"""Sessions of browsers: begun at a sign-in, kept as a hash, ended by time, by signing out or by an administrator."""

import hashlib
import hmac
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from itsdangerous import BadData, URLSafeTimedSerializer

from graph_service import clock
from graph_service.actions import membership
from graph_service.actions.links import signing_key
from graph_service.disclosure.scope import Actor
from graph_service.errors import SignInFailed, SignInNeeded
from graph_service.store.store import Store

#: Seconds that somebody may spend at the provider.
AT_THE_PROVIDER = 900


@dataclass(frozen=True)
class Let:
    """Why an account is let in: by a membership record, or by what the provider's claims say of it."""

    membership: str | None = None
    role: str | None = None
    whole: bool = False
    sites: tuple[str, ...] = ()
    person: str | None = None


def begin(store: Store, let: Let, hours: float) -> str:
    """Begin a session. Returns the text of its cookie, which is never readable again."""
    public, secret = secrets.token_hex(8), secrets.token_hex(32)
    now = int(clock.now().timestamp())
    id = store.internal_id("session", "browser", public)
    told = {"membership": let.membership, "role": let.role, "whole": let.whole, "person": let.person}
    record = {"id": id, "hash": _hash(secret), "sites": list(let.sites), "began": now, "ends": now + int(hours * 3600)}
    store.put("session", record | told, actor=f"session {id}", action="sign_in")
    return f"{public}.{secret}"


def actor_of(store: Store, cookie: str, today: date) -> Actor:
    """Who is signed in. Raises SignInNeeded, alike for unknown, wrong, ended and revoked sessions; NotYours."""
    found = _session(store, cookie)
    if found is None or found["ends"] <= clock.now().timestamp():
        raise SignInNeeded()
    if found["membership"] is not None:
        return membership.actor_of(store, found["membership"], today)
    sites = None if found["whole"] else frozenset(found["sites"] or ())
    return Actor(f"session {found['id']}", found["role"], sites, found["person"])


def end(store: Store, cookie: str) -> None:
    """Sign a browser out; ended sessions of others are put away as well."""
    found = _session(store, cookie)
    now = clock.now().timestamp()
    over = [each["id"] for each in store.find("session") if each["ends"] <= now]
    gone = over if found is None else [*over, found["id"]]
    if gone:
        store.retract("session", gone, actor="" if found is None else f"session {found['id']}", action="sign_out")


def _session(store: Store, cookie: str) -> Mapping[str, Any] | None:
    public, _, secret = cookie.partition(".")
    found = store.get("session", store.internal_id("session", "browser", public))
    kept = "" if found is None else found["hash"]
    return found if hmac.compare_digest(kept, _hash(secret)) else None


def _hash(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()


# --- on the way to the provider and back -----------------------------------------------------------------
def carry(store: Store, values: Mapping[str, str]) -> str:
    """What a browser takes along to the provider, signed."""
    text = _signer(store).dumps(dict(values))
    return text if isinstance(text, str) else text.decode()


def carried(store: Store, text: str) -> dict[str, str]:
    """What a browser brings back. Raises SignInFailed for anything that was not taken along a moment ago."""
    try:
        found: dict[str, str] = _signer(store).loads(text, max_age=AT_THE_PROVIDER)
    except BadData:
        raise SignInFailed("The sign-in took too long, or was begun in another browser.") from None
    return found


def _signer(store: Store) -> URLSafeTimedSerializer:
    how = {"digest_method": hashlib.sha256}
    return URLSafeTimedSerializer(signing_key(store, b"sign-in"), salt="graph-service.sign-in", signer_kwargs=how)
