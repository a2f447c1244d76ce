"""When learners first met a professional, and how: by whom it began, in which mode."""

import numpy as np

from graph_service.measures.passes import origin_of_programme
from graph_service.records.vocabulary import vocabulary
from graph_service.snapshot.people import PROFESSIONAL, RELATIONS
from graph_service.snapshot.snapshot import Snapshot

#: The day of whoever has none.
NEVER = np.iinfo(np.int32).max
ORIGINS = ("programme", "other")


def first_days(snapshot: Snapshot, of: np.ndarray | None = None) -> np.ndarray:
    """Per person the day (since 1970) of the first tie to a professional, `NEVER` without one.

    of: truth per pair, which ties count (default: all).
    """
    first = np.full(len(snapshot), NEVER, np.int64)
    if snapshot.people is None or snapshot.pairs is None:
        return first
    pairs = snapshot.pairs
    kinds = np.array([code in PROFESSIONAL for code in RELATIONS])[snapshot.people.relation]
    for ego, alter in ((pairs.a, pairs.b), (pairs.b, pairs.a)):
        chosen = kinds[alter] & snapshot.people.learner[ego]
        chosen = chosen if of is None else chosen & of
        np.minimum.at(first, ego[chosen], pairs.first[chosen])
    return first


def ways(snapshot: Snapshot) -> dict[tuple[str, str], np.ndarray]:
    """Truth per pair of how it began: ("origin", "programme") ..., ("mode", "virtual") ..., by its first event."""
    pairs, contacts = snapshot.pairs, snapshot.contacts
    if pairs is None or contacts is None or not len(pairs):
        return {}
    ours, began = origin_of_programme(snapshot), pairs.origin
    modes = np.array([*contacts.table["mode"].to_pylist(), None], object)[began]
    return {
        **{("origin", name): ours == (name == "programme") for name in ORIGINS},
        **{("mode", code): np.asarray(modes == code, bool) for code in vocabulary("modes").codes},
    }
