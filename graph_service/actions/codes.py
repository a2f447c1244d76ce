"""A short code by mail, for whoever wants more than a link shows. It is made of the store's secret and never kept."""

import hmac
from datetime import datetime, timedelta

from graph_service import clock
from graph_service.actions.links import signing_key
from graph_service.actions.notices import changed
from graph_service.errors import Conflict, StaleVersion
from graph_service.records.registry import kind
from graph_service.records.validation import validate_records
from graph_service.store.store import Store

LINK_CODE = kind("link_code")
MINUTES = 10
#: Wrong answers after which a code is dead, and codes that somebody may ask for in an hour.
TRIES, HOURLY = 5, 3


class WrongCode(Conflict):
    """Not this code, or not any more."""

    code, title, status = "wrong_code", "This code does not open anything", 403
    hint = "Ask for a new one."


class TooManyCodes(Conflict):
    """Somebody asks for code after code."""

    code, title, status = "too_many_codes", "Too many codes were asked for", 429
    hint = "Try again in an hour."


def code_of(store: Store, id: str) -> str:
    """The six digits of a code's record."""
    number = int.from_bytes(hmac.digest(signing_key(store, b"codes"), id.encode(), "sha256")[:8], "big")
    return f"{number % 1_000_000:06}"


def new_code(store: Store, person: str, *, now: datetime | None = None) -> str:
    """Make a code for a person. Returns its record's id. Raises TooManyCodes."""
    moment = now or clock.now()
    before = store.find("link_code", person=person)
    recent = [row for row in before if datetime.fromisoformat(row["moment"]) > moment - timedelta(hours=1)]
    if len(recent) >= HOURLY:
        raise TooManyCodes()
    id = store.internal_id("link_code", "code", f"{person}|{len(before) + 1}")
    record = {"id": id, "person": person, "moment": moment.isoformat()}
    table = validate_records(LINK_CODE, [record])
    store.append_all([("link_code", table)], actor="link", action="code", expect={("link_code", id): 0})
    return id


def use_code(store: Store, person: str, said: str, *, now: datetime | None = None) -> None:
    """Take a code that somebody typed; it works once. Raises WrongCode, alike for wrong, old and used ones."""
    moment = now or clock.now()
    rows = sorted(store.find("link_code", person=person), key=lambda row: str(row["moment"]))
    if not rows:
        raise WrongCode()
    last = rows[-1]
    fresh = datetime.fromisoformat(last["moment"]) > moment - timedelta(minutes=MINUTES)
    if last["used"] or last["tries"] >= TRIES or not fresh:
        raise WrongCode()
    right = hmac.compare_digest(code_of(store, last["id"]).encode(), said.strip().encode())
    after = changed(LINK_CODE, last, used=right, tries=last["tries"] + (not right))
    try:
        # Two answers at once count as two: the second one finds another version, and is none.
        store.append_all(
            [("link_code", validate_records(LINK_CODE, [after]))],
            actor="link",
            action="code:used" if right else "code:wrong",
            expect={("link_code", last["id"]): last["version"]},
        )
    except StaleVersion:
        raise WrongCode() from None
    if not right:
        raise WrongCode()
