"""`solo` as one person starts it: a real process, killed while it works; no name in any file it leaves."""

import subprocess
import sys
import time
from pathlib import Path

import httpx
import psutil
import pytest

from graph_service import clock
from graph_service.actions import membership, solo
from graph_service.cli.app import run
from graph_service.errors import NotOurStore
from graph_service.programme import open as open_programme
from graph_service.settings import Settings
from graph_service.store import sealed
from tests.api.test_sign_in import free_port
from tests.world import World

WORDS, NEW = "made up row of words", "another made up row"
NAME = "Zebulonia"
TODAY = clock.today()


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("GRAPH_SERVICE_STORE", "sqlite:///p.db")
    # The file says with which cost it was made, so that the started process pays little as well.
    monkeypatch.setattr(sealed, "COST", {"n": 2**10, "r": 8, "p": 1})
    return tmp_path


@pytest.fixture
def type_in(monkeypatch, capsys):
    """Run a command with lines typed into it; its exit status and what it said."""

    def typed(lines, *words):
        import io

        monkeypatch.setattr(sys, "stdin", io.StringIO("".join(f"{line}\n" for line in lines)))
        status = 0
        try:
            run(list(words))
        except SystemExit as end:
            status = end.code if isinstance(end.code, int) else 0
        said = capsys.readouterr()
        return status, said.out + said.err

    return typed


def held(words=WORDS):
    settings = Settings()
    return solo.holding(settings, solo.unseal(solo.place(settings), words))


def begun(folder, name="Ana Example"):
    """A store of solo's with a learner and a token that writes."""
    solo.make(solo.place(Settings()), WORDS, name)
    settings = held()
    with open_programme(settings.store, settings=settings) as programme:
        world = World(programme)
        world.person("ana", "learner", given_name=NAME, family_name="Example")
        return membership.issue_token(world.store, "drill", "coordinator", today=TODAY, until=TODAY, writes=True)[1]


def started(port):
    command = [sys.executable, "-m", "graph_service", "solo", "--port", str(port)]
    process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    process.stdin.write(f"{WORDS}\n".encode())
    process.stdin.flush()
    until = time.monotonic() + 60
    while time.monotonic() < until and process.poll() is None:
        try:
            httpx.get(f"http://127.0.0.1:{port}/healthz")
            return process
        except httpx.HTTPError:
            time.sleep(0.1)
    raise AssertionError(f"not started: {process.poll()}")


def files(folder):
    return [each for each in folder.rglob("*") if each.is_file()]


def test_killed_in_the_middle_loses_nothing_acknowledged_and_leaves_no_name_in_any_file(folder):
    token, port = begun(folder), free_port()
    process = started(port)
    try:
        seen = psutil.Process(process.pid)
        assert WORDS not in " ".join(seen.cmdline()) + str(seen.environ())
        home, head = f"http://127.0.0.1:{port}", {"Authorization": f"Bearer {token}"}
        acknowledged = []
        for at in range(25):
            body = {"key": f"m{at}", "roles": ["mentor"], "given_name": f"{NAME}{at}"}
            answer = httpx.post(f"{home}/api/v1/people", json=body, headers=head, timeout=20)
            assert answer.status_code == 201, answer.text
            acknowledged.append(answer.json()["id"])
        assert httpx.get(f"{home}/worklist").headers["location"].startswith("/sign-in")
        assert httpx.get(f"{home}/worklist.json").status_code == 401
        until = time.monotonic() + 30
        while not solo.backups(Settings()) and time.monotonic() < until:
            time.sleep(0.1)
        [backup] = solo.backups(Settings())
        process.kill()
        process.wait()
        assert (folder / "p.db-wal").stat().st_size > 0
        found = files(folder)
        assert {"p.db", "p.db-wal", "p.db.key", backup.name} <= {each.name for each in found}
        assert [each.name for each in found if NAME.encode() in each.read_bytes()] == []
        assert [each.name for each in found if each.stat().st_mode & 0o077] == []
    finally:
        process.kill()
        process.wait()
    settings = held()
    with open_programme(settings.store, settings=settings) as programme:
        assert [each for each in acknowledged if programme.store.get("person", each) is None] == []
    with pytest.raises(NotOurStore, match="encrypted"):
        open_programme("sqlite:///p.db", settings=Settings())


def test_a_backup_is_put_back_with_nothing_but_its_folder_and_the_passphrase(folder, type_in):
    begun(folder)
    status, said = type_in([WORDS], "solo", "backups", "--now")
    assert status == 0 and "Made and tried" in said
    [backup] = solo.backups(Settings())
    for each in folder.glob("p.db*"):
        each.unlink()
    status, said = type_in(["not the passphrase"], "solo", "restore", str(backup))
    assert status == 1 and "does not open" in said and not (folder / "p.db").exists()
    status, said = type_in([WORDS], "solo", "restore", str(backup))
    assert status == 0, said
    settings = held()
    with open_programme(settings.store, settings=settings) as programme:
        assert [each["given_name"] for each in programme.store.find("person")] == [NAME]


def test_another_passphrase_opens_the_same_file_and_the_backups_and_the_old_one_nothing(folder, type_in):
    begun(folder)
    assert type_in([WORDS], "solo", "backups", "--now")[0] == 0
    before = (folder / "p.db").read_bytes()
    assert type_in([WORDS, NEW, NEW], "solo", "passphrase")[0] == 0
    assert (folder / "p.db").read_bytes() == before
    assert type_in([WORDS], "status")[0] == 1
    assert type_in([NEW], "status")[0] == 0
    beside = folder / "p.backups" / "p.db.key"
    assert beside.read_bytes() == (folder / "p.db.key").read_bytes()


@pytest.mark.parametrize("lines", [["short"], [NEW, WORDS], [""]], ids=["short", "differ", "nothing"])
def test_a_passphrase_that_will_not_do_makes_nothing(folder, type_in, lines):
    status, said = type_in(lines, "solo", "--name", "Ana Example")
    assert status == 2 and files(folder) == [], said


def test_the_first_start_says_how_long_a_passphrase_is_and_what_happens_without_it(folder, type_in):
    _, said = type_in(["short"], "solo", "--name", "Ana Example")
    assert (
        "at least 15 characters" in said and "Nobody can open the store without it" in said and "5 characters" in said
    )


@pytest.mark.parametrize("host", ["0.0.0.0", "192.0.2.1", "::", "graph.example.org"])
def test_it_listens_on_this_machine_alone(folder, type_in, host):
    status, said = type_in([], "solo", "--host", host)
    assert status == 2 and "this machine alone" in said


@pytest.mark.parametrize(
    ("name", "value"),
    [("OIDC_ISSUER", "https://id.example.org"), ("PUBLIC_NAME", "x.example.org"), ("HOST", "0.0.0.0")],
)
def test_settings_of_a_service_for_others_are_refused(folder, type_in, monkeypatch, name, value):
    monkeypatch.setenv(f"GRAPH_SERVICE_{name}", value)
    status, said = type_in([], "solo")
    assert status == 2 and "`solo` is for" in said


def test_a_store_that_is_not_solos_is_left_alone_and_the_way_is_told(folder, type_in):
    open_programme("sqlite:///p.db").close()
    before = (folder / "p.db").read_bytes()
    status, said = type_in([WORDS, WORDS], "solo", "--name", "Ana Example")
    assert status == 2 and "backup --portable" in said
    assert (folder / "p.db").read_bytes() == before and not (folder / "p.db.key").exists()


def test_the_way_from_an_open_store_to_an_encrypted_one_is_as_told(folder, type_in):
    with open_programme("sqlite:///p.db") as programme:
        World(programme).person("ana", "learner", given_name=NAME)
    assert type_in([], "backup", "--portable", "open.zip")[0] == 0
    (folder / "p.db").rename(folder / "away.db")
    status, said = type_in(["Ana Example", WORDS, WORDS], "solo", "restore", "open.zip")
    assert status == 0, said
    assert NAME.encode() not in (folder / "p.db").read_bytes()
    settings = held()
    with open_programme(settings.store, settings=settings) as programme:
        assert programme.store.count("person") == 1


def test_serve_and_a_server_are_not_for_it(folder, type_in, monkeypatch):
    begun(folder)
    status, said = type_in([WORDS], "serve")
    assert status == 2 and "graph-service solo" in said
    monkeypatch.setenv("GRAPH_SERVICE_STORE", "neo4j://localhost:7687")
    status, said = type_in([WORDS], "solo")
    assert status == 2 and "file of this machine" in said


def test_files_on_their_way_into_the_store_go_through_memory():
    with solo.memory_folder() as uploads:
        assert Path(uploads).stat().st_mode & 0o077 == 0
        assert uploads.startswith("/dev/shm/") or not Path("/dev/shm").is_dir()
    assert not Path(uploads).exists()
