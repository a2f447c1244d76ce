"""After a breach: whose data an account or token could have shown between two days, and whose it did show."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from graph_service.disclosure.policy import grants
from graph_service.disclosure.scope import OWNER, Actor, ScopedReader
from graph_service.errors import NotFound
from graph_service.records.registry import KINDS
from graph_service.store.store import Store


@dataclass(frozen=True)
class Exposed:
    """One person. could: their data was within reach; days, last, what: when it was shown, as noted."""

    id: str
    person_id: str
    could: bool
    days: int
    last: date | None
    what: tuple[str, ...]


@dataclass(frozen=True)
class Worksheet:
    """account: as it stands in logs; roles: in which roles it could sign in; kinds: records those roles read."""

    account: str
    since: date
    until: date
    roles: tuple[str, ...]
    kinds: tuple[str, ...]
    people: tuple[Exposed, ...]


#: First words of accounts in the record of what was shown, and the kinds of record that say what each may see.
NAMED = {"member": "membership", "token": "service_token", "session": "session", "account": ""}


def worksheet(
    store: Store, readers: Callable[[Actor], ScopedReader], account: str, since: date, until: date
) -> Worksheet:
    """The worksheet of an account as it stands in the record of what was shown: `member ID`, `token ID`, ...

    readers: gives the reader of an actor (`Programme.reader`). Raises NotFound where nothing is known of the account.
    What could be shown is computed for the first and last day and each month between, with every version of the
    account that was in force; a look that was noted counts whatever the rules say.
    """
    sort, _, id = account.partition(" ")
    kind = NAMED.get(sort, "")
    versions = list(_in_force(store, kind, id, since, until)) if kind else []
    looks = [each for each in store.shown.entries(since, until) if each.actor == account] if store.shown else []
    if not looks and not (kind and store.history(kind, id)):
        raise NotFound("Nothing is known of this account; ended ones count too. See `members list`, `tokens list`.")
    could: set[str] = set()
    for row in (row for row in versions if row["role"]):
        sites = None if row["whole"] else frozenset(row["sites"])
        actor = Actor(account, row["role"], sites, row.get("person"))
        for day in _days(since, until):
            could |= _reach(readers(actor), day)
    shown: dict[str, list[tuple[date, str]]] = {}
    for look in looks:
        for person in look.people:
            shown.setdefault(person, []).append((look.day, look.what))
    # Whoever was let in by a provider's claims has no record of their own: the looks say in which role.
    roles = tuple(dict.fromkeys([*(row["role"] for row in versions if row["role"]), *(look.role for look in looks)]))
    kinds = tuple(name for name in KINDS if any(grants(role, name) for role in roles))
    keys = _keys(readers(OWNER))
    people = [
        Exposed(
            id,
            keys.get(id, id),
            id in could,
            len({day for day, _ in shown.get(id, ())}),
            max((day for day, _ in shown.get(id, ())), default=None),
            tuple(dict.fromkeys(what for _, what in shown.get(id, ()))),
        )
        for id in could | set(shown)
    ]
    people.sort(key=lambda each: (-each.days, each.person_id.encode()))
    return Worksheet(account, since, until, roles, kinds, tuple(people))


def _in_force(store: Store, kind: str, id: str, since: date, until: date) -> Iterator[dict[str, Any]]:
    """Versions of the account that could sign in on some day between the two."""
    recorded = {each.revision: each.recorded_at.date() for each in store.revisions(0, 2**31 - 1)}
    for row in store.history(kind, id):
        begun = recorded.get(row["revision"], date.min)
        ended = recorded.get(row["ended"], date.max) if row["ended"] is not None else date.max
        last = min(ended, row.get("until") or date.max)
        if begun <= until and last >= since:
            yield row


def _days(since: date, until: date) -> list[date]:
    """The two days and one in every month between: enrolment changes by terms."""
    found = {since, until}
    at = since
    while at < until:
        found.add(at)
        at = date.fromordinal(at.toordinal() + 30)
    return sorted(found)


def _reach(reader: ScopedReader, day: date) -> set[str]:
    actor = reader.actor
    snapshot = reader.snapshot(day)
    assert snapshot.people is not None
    table = snapshot.people.table["id"]
    found = set(table.take(reader.reach(snapshot).nonzero()[0]).to_pylist())
    if actor.person is not None:
        # Adults from outside are told of the learners whom they were asked about.
        asked = reader.table("introduction").to_pylist()
        found |= {row["learner"] for row in asked if actor.person in (row["connector"], row["target"])}
    return found


def _keys(reader: ScopedReader) -> dict[str, str]:
    table = reader.table("person")
    return dict(zip(table["id"].to_pylist(), table["key"].to_pylist(), strict=True))
