"""The tests' own Neo4j: it must be as real, and as careful with other people's data, as we say."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import psutil
import pytest
from neo4j import GraphDatabase
from neo4j.exceptions import AuthError

from tests.servers.neo4j.base import MARKER
from tests.servers.neo4j.existing import ExistingServer
from tests.servers.reaper import reap


def test_the_server_is_the_version_that_was_asked_for(neo4j_server: Any, request: pytest.FixtureRequest) -> None:
    wanted = {"lts": "5.26", "current": "2026."}.get(request.config.getoption("--neo4j"), "")
    assert neo4j_server.version.startswith(wanted)


def test_a_wiped_server_has_no_nodes(empty_neo4j: Any) -> None:
    empty_neo4j.run("UNWIND range(1, 1000) AS i CREATE (:Person {id: i})-[:KNOWS]->(:Person {id: -i})")
    empty_neo4j.wipe()
    assert empty_neo4j.run("MATCH (n) RETURN count(n) AS n") == [{"n": 0}]


def test_a_wrong_password_is_refused_again_and_again_without_locking_the_user(empty_neo4j: Any) -> None:
    for _ in range(5):
        wrong = GraphDatabase.driver(empty_neo4j.uri, auth=("neo4j", "not the password"))
        with wrong, pytest.raises(AuthError):
            wrong.verify_connectivity()
    assert empty_neo4j.answers()


@pytest.mark.slow
def test_what_was_committed_survives_a_kill(killable_neo4j: Any) -> None:
    killable_neo4j.run("CREATE (:Person {id: 'ana'})")
    killable_neo4j.kill()
    assert not killable_neo4j.answers()
    killable_neo4j.start()
    assert killable_neo4j.run("MATCH (p:Person) RETURN p.id AS id") == [{"id": "ana"}]


def test_a_database_with_somebody_elses_data_is_refused_and_left_alone(empty_neo4j: Any) -> None:
    if not empty_neo4j.controllable:
        pytest.skip("a named server already carries the marker")
    empty_neo4j.run("CREATE (:Customer {name: 'somebody real'})")
    with pytest.raises(PermissionError, match="not empty"):
        ExistingServer(empty_neo4j.uri, empty_neo4j.user, empty_neo4j.password)
    assert empty_neo4j.run("MATCH (n) RETURN labels(n) AS labels") == [{"labels": ["Customer"]}]


def test_an_empty_database_is_marked_and_a_marked_one_is_used_again(empty_neo4j: Any) -> None:
    try:
        ExistingServer(empty_neo4j.uri, empty_neo4j.user, empty_neo4j.password)
        empty_neo4j.run("CREATE (:Person {id: 'left over from a run that was killed'})")
        again = ExistingServer(empty_neo4j.uri, empty_neo4j.user, empty_neo4j.password)
        again.wipe()
        assert again.run("MATCH (n) RETURN labels(n) AS labels") == [{"labels": [MARKER]}]
        with pytest.raises(PermissionError):
            again.kill()
        again.close()
    finally:
        if empty_neo4j.controllable:
            empty_neo4j.run(f"MATCH (m:{MARKER}) DELETE m")


def test_a_server_whose_test_run_is_gone_is_put_away(tmp_path: Path) -> None:
    home = tmp_path / "neo4j-orphan"
    home.mkdir()
    script = "import time; print('up', flush=True); time.sleep(600)"
    orphan = subprocess.Popen([sys.executable, "-c", script, str(home)], stdout=subprocess.PIPE)
    assert orphan.stdout and orphan.stdout.readline()  # before its first line it still has our command line
    (home / "owner.json").write_text(json.dumps({"server": orphan.pid, "owner": 2**22 + 1, "owner_started": 0.0}))
    assert reap(tmp_path) == [home]
    assert not psutil.pid_exists(orphan.pid) or orphan.poll() is not None
    assert not home.exists()


def test_a_process_that_only_has_the_number_of_an_old_server_is_not_ended(tmp_path: Path) -> None:
    home = tmp_path / "neo4j-orphan"
    home.mkdir()
    bystander = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"])
    try:
        note = {"server": bystander.pid, "owner": 2**22 + 1, "owner_started": 0.0}
        (home / "owner.json").write_text(json.dumps(note))
        reap(tmp_path)
        assert psutil.Process(bystander.pid).is_running() and bystander.poll() is None
    finally:
        bystander.kill()
        bystander.wait()
