"""Narrowing and ordering a list of learners: by name, site and what waits longest."""

import unicodedata

import numpy as np

from graph_service import clock
from graph_service.desks.board import Board
from graph_service.desks.naming import names, organization_name
from graph_service.desks.views.base import SiteCount
from graph_service.disclosure.scope import ScopedReader
from graph_service.snapshot.snapshot import Snapshot

#: Orders that a list can be asked for.
ORDERS = ("need", "name", "quiet", "contacts", "site")


def folded(text: str) -> str:
    """Text as it is compared: without case and accents.

    >>> folded("José ÁVILA")
    'jose avila'
    """
    plain = unicodedata.normalize("NFKD", text.casefold())
    return "".join(letter for letter in plain if not unicodedata.combining(letter)).strip()


def sites(reader: ScopedReader, snapshot: Snapshot, rows: np.ndarray) -> tuple[SiteCount, ...]:
    """Sites of the reader's learners with how many are there, by name; learners without a site are left out."""
    whose = ("sites", reader.actor, clock.today(reader.zone), reader.marks)
    found: tuple[SiteCount, ...] = snapshot.memo(whose, lambda: _sites(snapshot, rows))
    return found


def _sites(snapshot: Snapshot, rows: np.ndarray) -> tuple[SiteCount, ...]:
    people = snapshot.people
    assert people is not None
    places, counts = np.unique(people.site[rows], return_counts=True)
    ids = people.organizations.table["id"]
    found = []
    for at, n in zip(places.tolist(), counts.tolist(), strict=True):
        if at >= 0:
            name = organization_name(snapshot, at) or ""
            found.append((folded(name), ids[at].as_py(), name, n))
    return tuple(SiteCount(id=id, name=name, learners=n) for _, id, name, n in sorted(found))


def chosen(snapshot: Snapshot, rows: np.ndarray, search: str | None, site: str | None) -> np.ndarray:
    """Truth per learner of `rows`: the name or key holds every word of `search`, and the site is `site`."""
    people = snapshot.people
    assert people is not None
    keep = np.ones(len(rows), bool)
    if site:
        keep &= people.site[rows] == people.organizations.places.get(site, -2)
    words = folded(search or "").split()
    if words:
        texts = searched(snapshot)
        keep &= np.fromiter((all(word in texts[at] for word in words) for at in rows.tolist()), bool, len(rows))
    return keep


def searched(snapshot: Snapshot) -> list[str]:
    """What a search looks at, per person: name and key, folded."""

    def compute() -> list[str]:
        keys = [str(key) for key in snapshot.keys]
        return [folded(f"{name} {key}") for name, key in zip(names(snapshot), keys, strict=True)]

    found: list[str] = snapshot.memo("searched", compute)
    return found


def ordered(reader: ScopedReader, board: Board, rows: np.ndarray, order: str) -> np.ndarray:
    """Learners (positions) in the asked order; kept for each reader as long as the moment lasts."""
    snapshot = board.snapshot

    def compute() -> np.ndarray:
        place = np.arange(len(rows))
        if order == "quiet":
            return rows[np.lexsort((place, -board.waiting[rows]))]
        if order == "contacts":
            return rows[np.lexsort((place, -board.columns["network_size"].values[rows]))]
        if order in ("name", "site"):
            assert snapshot.people is not None
            called = names(snapshot)
            keys: list[tuple[str, ...]] = [(folded(called[at]),) for at in rows.tolist()]
            if order == "site":
                sites = [
                    folded(organization_name(snapshot, at) or "") for at in range(len(snapshot.people.organizations))
                ]
                own = [sites[at] if at >= 0 else "" for at in snapshot.people.site[rows].tolist()]
                keys = [(site, *key) for site, key in zip(own, keys, strict=True)]
            return rows[np.array(sorted(range(len(rows)), key=lambda at: (keys[at], at)), np.int64)]
        return rows[np.argsort(board.need[rows], kind="stable")]

    whose = ("sequence", reader.actor, clock.today(reader.zone), reader.marks, board.change.before.as_of, order)
    found: np.ndarray = snapshot.memo(whose, compute)
    return found
