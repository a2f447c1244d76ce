"""Rights, holds and the release log hold on both stores."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest

import graph_service as gs
from graph_service import clock
from graph_service.actions import retention
from graph_service.actions.rights import correction, erasure, holds, objection
from graph_service.desks.held import held
from graph_service.disclosure.release_log import ReleaseLog
from graph_service.disclosure.scope import OWNER
from graph_service.disclosure.suppression import Rule
from graph_service.disclosure.tables import two_way
from graph_service.errors import OnHold, UnknownPerson
from tests.world import World

TODAY = clock.today()


@pytest.fixture
def world(store_url: str) -> Iterator[World]:
    with gs.open(store_url) as programme:
        made = World(programme)
        people = [{"id": made.id(f"l{at}"), "key": f"l{at}", "roles": ["learner"]} for at in range(40)]
        made.store.put("person", *people)
        made.person("zeb-4711", "learner", given_name="Zebulonia", family_name="Quartzfeather")
        made.person("mo", "mentor", status="consented")
        made.log("meeting", "zeb-4711", "mo:mentor", on=TODAY, context="Zebulonia Quartzfeather came late")
        made.log("meeting", "l1", "mo:mentor", on=TODAY, context="without Quartzfeather")
        yield made


def released(world: World, people: dict[str, tuple[str, str]]) -> Any:
    members: dict[tuple[str, ...], list[str]] = {}
    for id, cell in people.items():
        members.setdefault(cell, []).append(id)
    counts = [[len(members.get((line, column), ())) for column in "xy"] for line in "ab"]
    log = ReleaseLog(world.programme.evidence)
    table = two_way(counts, ["a", "b"], ["x", "y"])
    return log.publish("t", TODAY, table, members, rule=Rule(), by="tester", today=TODAY)


def test_a_person_is_held_corrected_released_and_erased_with_every_word_about_them(world: World) -> None:
    store, zeb = world.store, world.id("zeb-4711")
    people = {world.id(f"l{at}"): ("ab"[at % 2], "xy"[at % 4 // 2]) for at in range(40)}
    assert released(world, people | {zeb: ("a", "x")}).counts[2][2] == 41
    correction.correct(store, OWNER, zeb, {"grade": "11"}, today=TODAY)
    holds.hold(store, OWNER, zeb, today=TODAY, reason="case 12")
    with pytest.raises(OnHold):
        erasure.erase(store, OWNER, zeb, today=TODAY)
    holds.release(store, OWNER, zeb, today=TODAY)
    view = held(world.programme.reader(OWNER), zeb)
    assert {"person", "interaction", "rights_request", "release_member"} <= {each.kind for each in view.kinds}
    assert "counted in the table t" in {line.what for line in view.shown}
    erasure.erase(store, OWNER, zeb, today=TODAY)
    for kind in ("person", "interaction", "rights_request", "release_member", "legal_hold"):
        text = repr(store.since(kind).to_pylist())
        assert "Quartzfeather" not in text and "Zebulonia" not in text and zeb not in text, kind
    assert sorted(row["context"] for row in store.find("interaction")) == ["[erased] came late", "without [erased]"]
    again = released(world, people)
    assert again.counts[2][2] is None, "41 then and 40 now would tell that one person is gone"


def test_a_restriction_and_a_dry_run_hold(world: World) -> None:
    store = world.store
    objection.restrict(store, OWNER, world.id("l1"), today=TODAY)
    reader = world.programme.reader(OWNER)
    with pytest.raises(UnknownPerson):
        reader.learner(reader.snapshot(TODAY), "l1")
    revision = store.revision()
    late = retention.due(store, world.programme.evidence, TODAY + timedelta(days=4 * 365))
    assert {each.kind: len(each.ids) for each in late}["person"] == 42 and store.revision() == revision
