"""Who may sign in: members of the programme by their provider's account, and service tokens for scripts."""

import hashlib
import hmac
import secrets
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from graph_service.disclosure.scope import Actor
from graph_service.errors import BadToken, InvalidRecord, NotFound, NotYours
from graph_service.store.store import Store

#: What a service token begins with, so that a secret scanner can find one that has leaked.
PREFIX = "gst"
#: The longest that a token lives.
MOST_DAYS = 366


def issue_token(
    store: Store,
    name: str,
    role: str,
    *,
    today: date,
    until: date,
    sites: Sequence[str] | None = None,
    writes: bool = False,
    actor: str = "",
) -> tuple[str, str]:
    """Make a service token. Returns its record's id and the token, which is never readable again.

    sites: internal ids of organisations; None: the whole programme. Raises InvalidRecord.
    """
    if not 0 <= (until - today).days <= MOST_DAYS:
        raise InvalidRecord(
            problems=[{"field": "until", "found": str(until), "expected": f"within {MOST_DAYS} days from today"}]
        )
    public, secret = secrets.token_hex(8), secrets.token_hex(32)
    id = store.internal_id("service_token", PREFIX, public)
    fields = {"role": role, "whole": sites is None, "sites": list(sites or ()), "until": until}
    store.put("service_token", {"id": id, "name": name, "hash": _hash(secret), "writes": writes, **fields}, actor=actor)
    return id, f"{PREFIX}_{public}_{secret}"


def revoke(store: Store, kind: str, id: str, *, actor: str = "") -> None:
    """End a token or a membership at once. Raises NotFound."""
    if store.get(kind, id) is None:
        raise NotFound()
    store.retract(kind, [id], actor=actor, action="revoke")


def token_actor(store: Store, token: str, today: date) -> Actor:
    """Whom a service token stands for. Raises BadToken, alike for unknown, wrong, expired and revoked ones."""
    _, _, rest = token.partition("_")
    public, _, secret = rest.partition("_")
    found = store.get("service_token", store.internal_id("service_token", PREFIX, public))
    kept = "" if found is None else found["hash"]
    if not hmac.compare_digest(kept, _hash(secret)) or found is None or found["until"] < today:
        raise BadToken()
    return Actor(f"token {found['id']}", found["role"], _sites(found), writes=bool(found["writes"]))


def add_member(
    store: Store,
    issuer: str,
    subject: str,
    role: str,
    *,
    sites: Sequence[str] | None = None,
    person: str | None = None,
    until: date | None = None,
    actor: str = "",
) -> str:
    """Let an account of a provider in. Returns the membership's id; the same account again changes it."""
    id = store.internal_id("membership", issuer, subject)
    fields = {"role": role, "whole": sites is None, "sites": list(sites or ()), "person": person, "until": until}
    store.put("membership", {"id": id, "issuer": issuer, "subject": subject, **fields}, actor=actor)
    return id


def by_address(address: str) -> str:
    """What stands for the provider's id of an account until it is known: its verified mail address."""
    return f"email:{address.strip().lower()}"


def membership_of(store: Store, issuer: str, claims: Mapping[str, Any], today: date) -> str | None:
    """The membership of an account by the provider's id of it, else by its verified mail address; None: no member."""
    subjects = [str(claims["sub"])]
    if claims.get("email_verified") is True and claims.get("email"):
        subjects.append(by_address(str(claims["email"])))
    for subject in subjects:
        id = store.internal_id("membership", issuer, subject)
        found = store.get("membership", id)
        if found is not None and (found["until"] is None or found["until"] >= today):
            return id
    return None


def members(store: Store, actor: Actor) -> list[dict[str, Any]]:
    """Who may sign in, and as what. Raises NotYours for who does not see the whole programme."""
    if actor.sites is not None or actor.role not in ("coordinator", "admin"):
        raise NotYours()
    return store.find("membership")


def member_actor(store: Store, issuer: str, claims: Mapping[str, Any], today: date) -> Actor:
    """Who a signed-in account is here. Raises NotYours for accounts that are no members (any more)."""
    id = membership_of(store, issuer, claims, today)
    if id is None:
        raise NotYours("This account is not a member of the programme. Ask its administrator.")
    return actor_of(store, id, today)


def actor_of(store: Store, id: str, today: date) -> Actor:
    """Who a member is. Raises NotYours where the membership has ended."""
    found = store.get("membership", id)
    if found is None or (found["until"] is not None and found["until"] < today):
        raise NotYours("This account is not a member of the programme. Ask its administrator.")
    return Actor(f"member {found['id']}", found["role"], _sites(found), found["person"])


def _sites(found: Mapping[str, Any]) -> frozenset[str] | None:
    # Without sites and without "whole" nobody is in scope: a forgotten entry never opens the programme.
    return None if found["whole"] else frozenset(found["sites"] or ())


def _hash(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()
