"""What many readers of a moment share is made once, and made again as soon as it would be wrong."""

from datetime import date

import pytest

from graph_service.desks import coordinator
from graph_service.disclosure.scope import Actor
from tests.world import World

DAY = date(2026, 3, 1)
STAFF = Actor("staff", "coordinator")


def test_sites_and_order_of_a_list_are_not_kept_past_a_restriction(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    # As in a large programme, whose lists go on for a while from the moment before.
    monkeypatch.setattr("graph_service.snapshot.live.SMALL", -1)
    monkeypatch.setattr("graph_service.snapshot.live.Live._build_behind", lambda self, current: None)
    world.learners("ana", "ben")
    world.organization("north", "school")
    for key in ("ana", "ben"):
        world.affiliate(key, "north", "enrolled_at")
    reader = world.programme.reader(STAFF)
    before = coordinator.worklist(reader, DAY)
    assert (len(before.rows), [each.learners for each in before.sites]) == (2, [2])
    marks = reader.marks
    world.programme.store.put(
        "restriction", {"id": "r1", "person": world.id("ana"), "since": DAY, "reason": "asked for"}
    )
    later = world.programme.reader(STAFF)
    assert later.marks != marks
    after = coordinator.worklist(later, DAY)
    assert ([row.person_id for row in after.rows], [each.learners for each in after.sites]) == (["ben"], [1])
