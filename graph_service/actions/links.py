"""Links instead of accounts: signed, for one person and one purpose, until a day. They carry ids and nothing else."""

import hashlib
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal

from itsdangerous import BadData, URLSafeSerializer

from graph_service.errors import Gone, NotFound
from graph_service.store.store import Store

Purpose = Literal["decide", "desk", "sign", "stop"]
PURPOSES: tuple[Purpose, ...] = ("decide", "desk", "sign", "stop")


class BadLink(NotFound):
    """A link that was changed, cut, or made by nobody here."""

    code, title = "bad_link", "This link does not open anything"
    hint = "Open it from the mail again, or ask the programme for a new one."


class LinkOver(Gone):
    """A link past its last day, or about something that has moved on."""

    code, title = "link_over", "This link has ended"
    hint = "Ask the programme for a new one, if you still need it."


@dataclass(frozen=True)
class Link:
    """purpose: decide (one introduction), desk (a person's own desk), sign (a guardian's form), stop (no more mail).

    person: internal id of whose link it is (of a guardian's link: the learner). about: internal id of the introduction
    or guardian. party: as what. until: the last day.
    """

    purpose: Purpose
    person: str
    until: date
    about: str = ""
    party: str = ""


def signing_key(store: Store, purpose: bytes) -> bytes:
    """A key of its own for each purpose, out of the store's secret."""
    return hashlib.blake2b(purpose, key=store.secret, digest_size=32, person=b"graph-service").digest()


def _signer(store: Store) -> URLSafeSerializer:
    return URLSafeSerializer(
        signing_key(store, b"links"), salt="graph-service.link", signer_kwargs={"digest_method": hashlib.sha256}
    )


def issue(store: Store, link: Link) -> str:
    """The text of a link: what stands behind the last slash of its address."""
    said = [link.purpose, link.person, link.until.isoformat(), link.about, link.party]
    text = _signer(store).dumps(said)
    return text if isinstance(text, str) else text.decode()


def read(store: Store, token: str, today: date, purpose: Purpose | None = None) -> Link:
    """The link of a text. Raises BadLink (changed, or of another purpose), LinkOver (its last day is past)."""
    try:
        said: Any = _signer(store).loads(token)
        kind, person, until, about, party = said
        link = Link(kind, person, date.fromisoformat(until), about, party)
    except (BadData, ValueError, TypeError):
        raise BadLink() from None
    if link.purpose not in PURPOSES or (purpose is not None and link.purpose != purpose):
        raise BadLink()
    if today > link.until:
        raise LinkOver()
    return link


def address(base: str, store: Store, link: Link) -> str:
    """The whole address of a link."""
    return f"{base.rstrip('/')}/link/{link.purpose}/{issue(store, link)}"
