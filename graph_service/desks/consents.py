"""What each learner allows, as a list to enter a pile of signed forms from: who was never asked first."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from graph_service.desks import narrowing
from graph_service.desks.coordinator import about_scope
from graph_service.desks.learner import live
from graph_service.desks.naming import display_name
from graph_service.desks.views.setup import ConsentRow, Consents
from graph_service.disclosure.scope import ScopedReader
from graph_service.introductions.facts import ADULT_AGE
from graph_service.records.vocabulary import vocabulary
from graph_service.wbl.checking import age_on

#: Learners on one page.
SHOWN = 300


def consents(reader: ScopedReader, as_of: date, site: str | None = None) -> Consents:
    """Learners of a site (or all), with the purposes that hold on a day; never asked first, then what ends first."""
    snapshot = reader.snapshot(as_of)
    people = snapshot.people
    assert people is not None
    everyone = reader.learners(snapshot)
    rows = everyone[narrowing.chosen(snapshot, everyone, None, site)].tolist()
    said: dict[str, dict[str, Mapping[str, Any]]] = {}
    for row in sorted(live(reader, "consent"), key=lambda row: (row["since"], row["id"])):
        if row["since"] <= as_of and (row["until"] is None or row["until"] >= as_of):
            said.setdefault(row["person"], {})[row["purpose"]] = row
    table = people.table.select(["birth_date"]).to_pydict()["birth_date"]
    order = {code: at for at, code in enumerate(vocabulary("consent_purposes").codes)}
    found = []
    for at in rows:
        words = said.get(people.ids[at], {})
        granted = sorted((code for code, row in words.items() if row["granted"]), key=lambda code: order.get(code, 99))
        ends = [row["until"] for row in words.values() if row["granted"] and row["until"] is not None]
        birth = table[at]
        found.append(
            ConsentRow(
                person=people.ids[at],
                key=str(snapshot.keys[at]),
                name=display_name(snapshot, at),
                of_age=None if birth is None else age_on(birth, as_of) >= ADULT_AGE,
                allowed=tuple(granted),
                refused=tuple(sorted(code for code, row in words.items() if not row["granted"])),
                until=min(ends, default=None),
            )
        )
    found.sort(key=lambda each: (bool(each.allowed or each.refused), each.until or date.max, each.name, each.key))
    return Consents(
        about=about_scope(reader, as_of),
        rows=tuple(found[:SHOWN]),
        total=len(found),
        sites=narrowing.sites(reader, snapshot, everyone),
    )
