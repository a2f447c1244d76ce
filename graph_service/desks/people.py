"""Ticks of whom an adult knows, and records that may be the same person."""

from collections import defaultdict
from datetime import date
from typing import Any

import numpy as np

from graph_service.desks import narrowing
from graph_service.desks.coordinator import about_scope
from graph_service.desks.learner import live
from graph_service.desks.naming import display_name, names_of, organization_name
from graph_service.desks.views.people import KeptApart, Merged, Tick, Ticks, Twin, Twins
from graph_service.disclosure.scope import ScopedReader
from graph_service.snapshot.snapshot import Snapshot

#: Learners on one list to tick; pairs in one look at the queue.
MOST, SHOWN = 300, 100
FIELDS = {"birth_date": "birth_date", "email": "mail", "phone": "phone"}


def ticks(reader: ScopedReader, as_of: date, adult: str | None, site: str | None) -> Ticks:
    """Learners of a site by name, and which of them the adult (internal id) has ticked before."""
    snapshot = reader.snapshot(as_of)
    people = snapshot.people
    assert people is not None
    everyone = reader.learners(snapshot)
    rows = everyone[narrowing.chosen(snapshot, everyone, None, site)]
    said = {row["alter"] for row in live(reader, "stated_tie") if adult is not None and row["ego"] == adult}
    shown = sorted(rows.tolist(), key=lambda at: (narrowing.folded(display_name(snapshot, at)), at))[:MOST]
    reader.note("ticks", snapshot, np.array(shown, np.int64))
    return Ticks(
        about=about_scope(reader, as_of),
        adult=adult,
        adult_name=None if adult is None else names_of(reader, as_of, [adult])[adult],
        rows=tuple(
            Tick(
                learner=people.ids[at],
                name=display_name(snapshot, at),
                site=organization_name(snapshot, int(people.site[at])),
                known=people.ids[at] in said,
            )
            for at in shown
        ),
        total=len(rows),
        sites=narrowing.sites(reader, snapshot, everyone),
    )


def twins(reader: ScopedReader, as_of: date) -> Twins:
    """Pairs of records with one name, the surest first, among people whom the reader sees; and what was joined."""
    snapshot = reader.snapshot(as_of)
    people = snapshot.people
    assert people is not None
    seen = (~reader.unseen(snapshot)).nonzero()[0].tolist()
    table = people.table.select(["given_name", "family_name", *FIELDS, "status"]).to_pylist()
    groups: dict[str, list[int]] = defaultdict(list)
    for at in seen:
        if table[at]["given_name"] and table[at]["family_name"] and table[at]["status"] != "removed":
            groups[narrowing.folded(f"{table[at]['given_name']} {table[at]['family_name']}")].append(at)
    merges = live(reader, "merge")
    joined = {row["duplicate"] for row in merges}
    apart = live(reader, "distinction")
    two = {frozenset((row["one"], row["other"])) for row in apart}
    found = []
    for group in groups.values():
        # A name that very many share says nothing.
        left = [each for each in group if 1 < len(group) <= 10 and people.ids[each] not in joined]
        found += [
            _twin(snapshot, table, one, other)
            for one, other in _pairs(left)
            if frozenset((people.ids[one], people.ids[other])) not in two
        ]
    found.sort(key=lambda each: (len(each.against), -len(each.evidence), each.name, each.duplicate_key))
    ends = [row[end] for row in merges for end in ("duplicate", "kept")]
    names = names_of(reader, as_of, [*ends, *(row[end] for row in apart for end in ("one", "other"))])
    # A record that was joined is no person of its own any more; its own words say who it was.
    return Twins(
        about=about_scope(reader, as_of),
        rows=tuple(found[:SHOWN]),
        total=len(found),
        merged=tuple(
            Merged(
                id=row["id"],
                duplicate_name=names[row["duplicate"]],
                kept_name=names[row["kept"]],
                evidence=row["evidence"],
            )
            for row in merges[:SHOWN]
        ),
        apart=tuple(
            KeptApart(id=row["id"], one_name=names[row["one"]], other_name=names[row["other"]]) for row in apart[:SHOWN]
        ),
    )


def _pairs(group: list[int]) -> list[tuple[int, int]]:
    """Every two of a group: the first may be another person than the rest, who are one."""
    return [(one, other) for at, one in enumerate(group) for other in group[at + 1 :]]


def _twin(snapshot: Snapshot, table: list[dict[str, Any]], a: int, b: int) -> Twin:
    people = snapshot.people
    assert people is not None
    evidence, against = ["same_name"], []
    for field, word in FIELDS.items():
        one, other = table[a][field], table[b][field]
        if one is not None and other is not None:
            if str(one).casefold() == str(other).casefold():
                evidence.append(f"same_{word}")
            elif field == "birth_date":
                against.append("different_birth_date")
    for places in (people.site, people.employer):
        if places[a] >= 0 and places[b] >= 0:
            (evidence if places[a] == places[b] else against).append(
                "same_place" if places[a] == places[b] else "different_place"
            )
    if bool(people.learner[a]) == bool(people.learner[b]):
        evidence.append("same_role")
    # The record with more contacts stays.
    recorded = snapshot.recorded
    assert recorded is not None
    kept, duplicate = (a, b) if recorded[a] >= recorded[b] else (b, a)
    return Twin(
        duplicate=people.ids[duplicate],
        kept=people.ids[kept],
        duplicate_key=str(snapshot.keys[duplicate]),
        kept_key=str(snapshot.keys[kept]),
        name=display_name(snapshot, kept),
        evidence=tuple(dict.fromkeys(evidence)),
        against=tuple(dict.fromkeys(against)),
    )
