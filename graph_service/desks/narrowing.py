"""Narrowing and ordering a list of learners: by name, site and what waits longest."""

import unicodedata
from collections.abc import Sequence

import numpy as np

from graph_service.desks.naming import display_name, organization_name
from graph_service.desks.views.base import SiteCount
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


def sites(snapshot: Snapshot, rows: np.ndarray) -> tuple[SiteCount, ...]:
    """Sites of these learners with how many are there, by name; learners without a site are left out."""
    people = snapshot.people
    assert people is not None
    places, counts = np.unique(people.site[rows], return_counts=True)
    ids = people.organizations.table["id"]
    found = [
        SiteCount(id=ids[at].as_py(), name=organization_name(snapshot, at) or "", learners=n)
        for at, n in zip(places.tolist(), counts.tolist(), strict=True)
        if at >= 0
    ]
    return tuple(sorted(found, key=lambda each: (folded(each.name), each.id)))


def chosen(snapshot: Snapshot, rows: np.ndarray, search: str | None, site: str | None) -> np.ndarray:
    """Truth per learner of `rows`: the name or key holds every word of `search`, and the site is `site`."""
    people = snapshot.people
    assert people is not None
    keep = np.ones(len(rows), bool)
    if site:
        ids = people.organizations.table["id"].to_pylist()
        keep &= people.site[rows] == (ids.index(site) if site in ids else -2)
    words = folded(search or "").split()
    if words:
        texts = (folded(f"{display_name(snapshot, at)} {snapshot.keys[at]}") for at in rows.tolist())
        keep &= np.fromiter((all(word in text for word in words) for text in texts), bool, len(rows))
    return keep


def ordered(
    snapshot: Snapshot, rows: np.ndarray, order: str, need: Sequence[np.ndarray], waiting: np.ndarray, size: np.ndarray
) -> np.ndarray:
    """Places in `rows` in the asked order. `need`: sort keys of the default order, the last the most important."""
    if order == "quiet":
        return np.lexsort((np.arange(len(rows)), -waiting))
    if order == "contacts":
        return np.lexsort((np.arange(len(rows)), -size))
    if order in ("name", "site"):
        assert snapshot.people is not None
        names = [folded(display_name(snapshot, at)) for at in rows.tolist()]
        places = [folded(organization_name(snapshot, int(snapshot.people.site[at])) or "") for at in rows.tolist()]
        keys = names if order == "name" else list(zip(places, names, strict=True))
        return np.array(sorted(range(len(rows)), key=lambda at: (keys[at], at)), np.int64)
    return np.lexsort(tuple(need))
