"""Backups that come by themselves: which are kept, and that only whole ones count."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

import graph_service as gs
from graph_service import clock
from graph_service.api.works import schedules, works
from graph_service.errors import DamagedStore, UsageError
from graph_service.jobs import queue
from graph_service.jobs.schedule import look
from graph_service.store import rotation
from graph_service.store.backup import restore
from tests.world import World


@pytest.fixture
def world(tmp_path):
    with gs.open(f"sqlite:///{tmp_path}/p.db", backup_dir=tmp_path / "kept") as programme:
        yield World(programme)
    clock.stand_at(None)


def take(world):
    settings = world.programme.settings
    return rotation.take(world.store, settings, settings.backup_dir)


def test_a_year_of_days_leaves_seven_days_and_five_weeks():
    first = datetime(2026, 1, 1, 3, tzinfo=UTC)
    made = [(first + timedelta(days=day), Path(str(day))) for day in reversed(range(365))]
    kept = {int(path.name) for _, path in made} - {int(path.name) for path in rotation.superseded(made)}
    assert {358, 359, 360, 361, 362, 363, 364} <= kept and len(kept) <= 11
    assert 21 <= 364 - min(kept) <= 35


def test_a_gap_keeps_the_last_backups_there_were():
    made = [(datetime(2026, month, 1, tzinfo=UTC), Path(str(month))) for month in (9, 3, 2, 1)]
    assert rotation.superseded(made) == []


def test_each_is_named_by_its_moment_and_files_of_others_are_left_alone(world):
    clock.stand_at(datetime(2026, 3, 1, 8, tzinfo=UTC))
    foreign = world.programme.settings.backup_dir / "p-notes.db"
    first = take(world)
    foreign.write_text("mine")
    clock.stand_at(datetime(2026, 3, 1, 9, tzinfo=UTC))
    second = take(world)
    assert second.name == "p-20260301T090000Z.db" and second.exists() and not first.exists() and foreign.exists()
    assert second.stat().st_mode & 0o777 == 0o600


def test_one_that_is_not_whole_is_not_kept(world, monkeypatch):
    good = take(world)
    clock.stand_at(clock.now() + timedelta(days=1))
    from graph_service.store.sqlite.engine import SQLiteEngine

    monkeypatch.setattr(SQLiteEngine, "check", lambda self: ["a page is not well"])
    with pytest.raises(DamagedStore, match="not whole"):
        take(world)
    assert [path for _, path in rotation.found(good.parent, "p")] == [good]


def test_the_service_makes_one_a_day_and_not_two(world):
    programme = world.programme
    clock.stand_at(datetime(2026, 3, 1, 8, tzinfo=UTC))

    def day():
        look(world.store, schedules(programme))
        while (job := queue.take(world.store, "test")) is not None:
            queue.finish(world.store, job, works(programme)[job.work](job, lambda done, total: None))

    day()
    day()
    clock.stand_at(datetime(2026, 3, 2, 9, tzinfo=UTC))
    day()
    folder = programme.settings.backup_dir
    assert [path.name for _, path in rotation.found(folder, "p")] == ["p-20260302T090000Z.db", "p-20260301T080000Z.db"]


def test_somebody_erased_after_it_does_not_come_back_with_it(world, tmp_path):
    world.learners("ana", "bo")
    copy = take(world)
    world.store.erase("person", [world.id("ana")], actor="test")
    rotation.copy_beside(rotation.address(world.store.url), world.programme.settings, copy.parent)
    world.programme.close()
    for each in tmp_path.glob("p.db*"):
        each.unlink()
    url = f"sqlite:///{tmp_path}/p.db"
    rotation.bring_back(copy, rotation.address(url), world.programme.settings)
    restore(copy, url)
    with gs.open(url) as programme:
        assert programme.store.get("person", world.id("ana")) is None
        assert programme.store.get("person", world.id("bo")) is not None


def test_a_server_has_tools_of_its_own():
    with pytest.raises(UsageError, match="server"):
        rotation.folder_of("neo4j://localhost:7687")


def test_the_doctor_says_when_they_stopped_coming(world):
    from graph_service.actions.keeping import newest_backup

    folder = world.programme.settings.backup_dir
    clock.stand_at(datetime(2026, 3, 1, 8, tzinfo=UTC))
    assert newest_backup(world.store, folder)[0] == "wrong"
    take(world)
    assert newest_backup(world.store, folder) == ("ok", f"1 in {folder}, the newest p-20260301T080000Z.db")
    clock.stand_at(datetime(2026, 3, 5, 8, tzinfo=UTC))
    assert newest_backup(world.store, folder)[0] == "wrong"
