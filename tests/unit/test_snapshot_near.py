"""A part of a snapshot with later contacts put in says of its people what the whole, built again, says."""

from contextlib import suppress
from datetime import date, timedelta

import numpy as np
import pytest

import graph_service as gs
from graph_service.actions.rehearsal import load_synthetic
from graph_service.desks.coordinator import SHOWN
from graph_service.desks.network import network, timeline
from graph_service.errors import Conflict
from graph_service.measures import catalogue
from graph_service.measures.growth import COLUMNS, growth
from graph_service.snapshot.near import around, later

DAY = date(2026, 3, 31)
DAYS = (DAY - timedelta(days=90), DAY)
MEASURES = [*dict.fromkeys([*SHOWN, *catalogue.DEFAULT])]


@pytest.fixture(scope="module")
def programme(tmp_path_factory):
    with gs.open(f"sqlite:///{tmp_path_factory.mktemp('near')}/p.db") as found:
        load_synthetic(found.store, people=400, seed=3, as_of=DAY)
        yield found


def differences(programme, bases, egos):
    """Where the part around somebody and the whole of now do not say the same."""
    table = programme.store.since("interaction", bases[0].revision)
    late = [later(base, table) for base in bases] if table.num_rows else [None] * len(bases)
    whole = [programme.snapshot(day) for day in DAYS]
    columns, change = catalogue.compute(whole[1], MEASURES), growth(*whole)
    found = []
    for ego in egos:
        parts, inside = around(bases, np.array([ego]), late)
        at = int(np.searchsorted(inside, ego))
        here, grown = catalogue.compute(parts[1], MEASURES), growth(*parts)
        for name in MEASURES:
            same = here[name].null[at] == columns[name].null[ego]
            close = here[name].null[at] or np.isclose(here[name].values[at], columns[name].values[ego], rtol=1e-12)
            found += [] if same and close else [(int(ego), name)]
        for name in COLUMNS:
            one, other = grown.columns[name], change.columns[name]
            if one.null[at] != other.null[ego] or not np.isclose(one.values[at], other.values[ego]):
                found.append((int(ego), name))
        if timeline(parts[1], at) != timeline(whole[1], int(ego)):
            found.append((int(ego), "timeline"))
        one, other = network(parts[1], at, DAYS, parts), network(whole[1], int(ego), DAYS, whole)
        if {each.id: each for each in one.alters} != {each.id: each for each in other.alters}:
            found.append((int(ego), "alters"))
        if {(frozenset(tie[:2]), tie[2]) for tie in one.ties} != {(frozenset(tie[:2]), tie[2]) for tie in other.ties}:
            found.append((int(ego), "ties"))
    return found


def test_a_part_is_as_the_whole_while_nothing_is_new(programme):
    bases = [programme.snapshot(day) for day in DAYS]
    assert differences(programme, bases, bases[1].learners()[::9]) == []


def test_a_part_is_as_the_whole_after_contacts_were_added_corrected_and_taken_back(programme):
    bases = [programme.snapshot(day) for day in DAYS]
    draw = np.random.default_rng(5)
    ids = bases[1].people.ids
    touched = set()
    for number in range(40):
        size = int(draw.choice([2, 2, 2, 4]))
        chosen = draw.choice(len(ids), size, replace=False)
        touched |= set(chosen.tolist())
        kind = str(draw.choice(["meeting", "mentoring_session", "career_fair"]))
        record = {
            "id": programme.store.internal_id("interaction", "later", str(number)),
            "date": DAY - timedelta(days=int(draw.choice([1, 3, 100, 200]))),
            "kind": kind,
            "participants": [{"id": ids[at], "role": "participant"} for at in chosen],
        }
        programme.store.put("interaction", record)
    old = bases[1].contacts.table["id"].to_pylist()
    for at in draw.choice(len(old), 12, replace=False):
        # What an introduction or a visit rests on stays.
        with suppress(Conflict):
            programme.store.retract("interaction", [str(old[at])])
    corrected = programme.store.get("interaction", str(old[-1])) or {}
    fields = {name: corrected[name] for name in ("id", "kind", "participants")}
    programme.store.put("interaction", fields | {"date": DAY - timedelta(days=2)})
    learners = bases[1].learners()
    egos = [at for at in learners.tolist() if at in touched][:25] + learners[::20].tolist()
    assert differences(programme, bases, egos) == []
