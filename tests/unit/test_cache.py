"""The columnar cache: never wrong, never in the way."""

import json
import stat

import pyarrow as pa
import pytest

import graph_service as gs
from graph_service.store import cache as module
from graph_service.store.evidence import Evidence
from tests.world import World


@pytest.fixture(autouse=True)
def small_tables_are_worth_a_file(monkeypatch):
    monkeypatch.setattr(module, "WORTH_ROWS", 1)


@pytest.fixture
def asked(world, monkeypatch):
    """From which revisions a store was asked for interactions."""
    found = []
    since = world.store.since

    def counted(kind_name, revision=0, until=None):
        if kind_name == "interaction":
            found.append(revision)
        return since(kind_name, revision, until)

    monkeypatch.setattr(world.store, "since", counted)
    return found


def fill(world: World) -> None:
    world.learners("ana", "bo")
    for day in range(1, 5):
        world.log("meeting", "ana", "bo", on=f"2026-03-0{day}")


def table(world, folder):
    return looked(world.store, folder).sort_by("id")


def looked(store, folder, kind="interaction"):
    evidence = Evidence(store, folder)
    found = evidence.table(kind)
    evidence.settle()
    return found


def files(folder, end):
    return sorted(folder.rglob(f"interaction{end}"))


def test_a_second_look_asks_only_for_what_is_newer(world, asked, tmp_path):
    fill(world)
    first = table(world, tmp_path / "c")
    assert table(world, tmp_path / "c").equals(first)
    at = world.store.revision()
    world.log("meeting", "ana", "bo", on="2026-03-09")
    assert table(world, tmp_path / "c").num_rows == 5
    assert asked == [0, at]


def test_a_retraction_is_seen_through_the_cache(world, tmp_path):
    world.learners("ana", "bo")
    contact = world.log("meeting", "ana", "bo", on="2026-03-01")
    table(world, tmp_path / "c")
    world.store.retract("interaction", [contact])
    ended = table(world, tmp_path / "c")
    assert ended.num_rows == 1 and ended["ended"].to_pylist() == [world.store.revision()]
    assert ended.equals(Evidence(world.store).table("interaction"))


def test_files_are_their_owners_alone(world, tmp_path):
    fill(world)
    table(world, tmp_path / "c")
    [data], [about] = files(tmp_path, ".arrow"), files(tmp_path, ".json")
    assert stat.S_IMODE(data.stat().st_mode) == stat.S_IMODE(about.stat().st_mode) == 0o600
    assert stat.S_IMODE(data.parent.stat().st_mode) == 0o700


@pytest.mark.parametrize("damage", ["lost", "torn", "other bytes", "no description", "nonsense", "another kind"])
def test_a_damaged_cache_is_noticed_and_made_again(world, asked, tmp_path, damage):
    fill(world)
    first = table(world, tmp_path / "c")
    [data], [about] = files(tmp_path, ".arrow"), files(tmp_path, ".json")
    content = data.read_bytes()
    match damage:
        case "lost":
            data.unlink()
        case "torn":
            data.write_bytes(content[: len(content) // 2])
        case "other bytes":
            data.write_bytes(content[:-50] + bytes(50))
        case "no description":
            about.unlink()
        case "nonsense":
            about.write_text("{}")
        case "another kind":
            other = pa.table({"id": ["x"]})
            with pa.OSFile(str(data), "wb") as sink, pa.ipc.new_file(sink, other.schema) as file:
                file.write_table(other)
            told = {"revision": 1, "size": data.stat().st_size, "checksum": module.checksum(data)}
            about.write_text(json.dumps(told))
    assert table(world, tmp_path / "c").equals(first)
    assert asked == [0, 0]


def test_a_cache_that_is_ahead_of_its_store_is_not_believed(world, asked, tmp_path):
    fill(world)
    table(world, tmp_path / "c")
    [about] = files(tmp_path, ".json")
    about.write_text(json.dumps(json.loads(about.read_text()) | {"revision": 10**6}))
    assert table(world, tmp_path / "c").num_rows == 4
    assert asked == [0, 0]


def test_an_erasure_leaves_nothing_in_the_cache(world, tmp_path):
    fill(world)
    world.person("mentor-of-all", given_name="Unmistakable")
    looked(world.store, tmp_path / "c", "person")
    assert any(b"Unmistakable" in path.read_bytes() for path in (tmp_path / "c").rglob("*.arrow"))
    world.store.erase("person", [world.id("mentor-of-all")])
    looked(world.store, tmp_path / "c", "person")
    assert not any(b"Unmistakable" in path.read_bytes() for path in (tmp_path / "c").rglob("*.arrow"))


def test_two_stores_do_not_share_a_cache(world, tmp_path):
    fill(world)
    table(world, tmp_path / "c")
    with gs.open(f"sqlite:///{tmp_path}/other.db") as programme:
        assert Evidence(programme.store, tmp_path / "c").table("interaction").num_rows == 0


def test_without_a_folder_to_write_to_everything_works(world, tmp_path):
    fill(world)
    blocked = tmp_path / "file"
    blocked.write_text("in the way")
    assert table(world, blocked).num_rows == 4


def test_a_store_that_is_encrypted_at_rest_is_not_copied_in_the_clear(tmp_path):
    key = tmp_path / "key"
    key.write_text("ab" * 32)
    folder = tmp_path / "c"
    with gs.open(f"sqlite:///{tmp_path}/e.db", store_key_file=key, cache_dir=folder) as programme:
        world = World(programme)
        world.person("ana", given_name="Unmistakable")
        assert len(programme.snapshot("2026-03-01")) == 1
    assert not list(tmp_path.rglob("*.arrow"))
    assert b"Unmistakable" not in (tmp_path / "e.db").read_bytes()
