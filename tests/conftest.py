"""What all tests share: real servers, reference data, and what happens when a part is missing."""

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.servers import needs
from tests.servers.needs import Need

# A test that asks for one of these fixtures gets the mark, so that nobody forgets it.
MARK_OF_FIXTURE = {"neo4j_server": "neo4j", "page": "browser", "browser": "browser", "node_packages": "node"}
# Fastest first; browser tests last, because sync playwright leaves an event loop running behind it.
ORDER = ("unit", "golden", "docs", "api", "contract", "faults", "web")


def pytest_addoption(parser: pytest.Parser) -> None:
    group = parser.getgroup("graph-service")
    group.addoption("--neo4j", default="lts", help="server version: lts, current, or a number")
    group.addoption("--lane", default="", help="only the tests of this lane: plain, neo4j or browser")
    group.addoption("--soak", action="store_true", help="only the tests marked soak, which run nowhere else")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    for item in items:
        for fixture in getattr(item, "fixturenames", ()):
            if mark := MARK_OF_FIXTURE.get(fixture):
                item.add_marker(mark)
    items.sort(key=_place)
    lane, soak = config.getoption("--lane"), config.getoption("--soak")
    chosen, others = [], []
    for item in items:
        here = lane in ("", lane_of(item)) and soak == bool(item.get_closest_marker("soak"))
        (chosen if here else others).append(item)
    if others:
        config.hook.pytest_deselected(items=others)
        items[:] = chosen


def lane_of(item: pytest.Item) -> str:
    """The process of ``dev.py test`` that an item runs in."""
    if item.get_closest_marker("browser"):
        return "browser"
    return "neo4j" if item.get_closest_marker("neo4j") else "plain"


def _place(item: pytest.Item) -> tuple[int, int]:
    lane = ("plain", "neo4j", "browser").index(lane_of(item))
    folder = next((part for part in item.path.parts[::-1] if part in ORDER), "contract")
    return lane, ORDER.index(folder)


def require(need: Need) -> None:
    """Go on when the part is there; else skip with one line, or fail where everything must run."""
    line = need.missing()
    if line is None:
        return
    if needs.in_ci():
        pytest.fail(line, pytrace=False)
    pytest.skip(line)


@pytest.fixture(scope="session", autouse=True)
def own_cache(tmp_path_factory: pytest.TempPathFactory) -> None:
    """Tests leave nothing in the user's cache folder."""
    os.environ.setdefault("GRAPH_SERVICE_CACHE_DIR", str(tmp_path_factory.mktemp("cache")))
    # Tests ask faster than people; the limit has its own.
    os.environ.setdefault("GRAPH_SERVICE_RATE_LIMIT", "0")
    # Services of tests start on plain stores, which hold nobody real.
    os.environ.setdefault("GRAPH_SERVICE_ENCRYPTED_AT_REST", "made-up people of a test")


@pytest.fixture(scope="session")
def reference_data() -> Path:
    """Folder of the reference data; a test that needs it skips where ``GRAPH_SERVICE_TEST_DATA`` is unset.

    Set but wrong is a failure, also for a single file: open it, do not ask whether it exists.
    """
    named = os.environ.get("GRAPH_SERVICE_TEST_DATA")
    if not named:
        pytest.skip("GRAPH_SERVICE_TEST_DATA is not set: it names the folder of the reference data")
    folder = Path(named).resolve()
    if not folder.is_dir():
        pytest.fail(f"GRAPH_SERVICE_TEST_DATA names no folder: {folder}", pytrace=False)
    return folder


@pytest.fixture(scope="session")
def neo4j_server(request: pytest.FixtureRequest) -> Iterator[Any]:
    """The one real Neo4j of this session: address, credentials, ``kill()``, ``restart()``, ``wipe()``."""
    require(needs.NEO4J)
    from tests.servers.neo4j import open_server

    server = open_server(request.config.getoption("--neo4j"))
    yield server
    server.close()


@pytest.fixture
def empty_neo4j(neo4j_server: Any, monkeypatch: pytest.MonkeyPatch) -> Any:
    """The session's server: running, empty, credentials in the environment as the product reads them."""
    neo4j_server.ensure_running()
    neo4j_server.wipe()
    for name, value in neo4j_server.environment.items():
        monkeypatch.setenv(name, value)
    return neo4j_server


@pytest.fixture
def killable_neo4j(empty_neo4j: Any) -> Iterator[Any]:
    """An empty server that a test may kill and stop; running again afterwards."""
    if not empty_neo4j.controllable:
        pytest.skip("GRAPH_SERVICE_TEST_NEO4J_URI names a server that is not ours to kill")
    yield empty_neo4j
    empty_neo4j.ensure_running()


@pytest.fixture
def sqlite_url(tmp_path: Path) -> str:
    """URL of an embedded store that does not exist yet."""
    return f"sqlite:///{tmp_path / 'programme.db'}"


@pytest.fixture
def neo4j_url(empty_neo4j: Any) -> str:
    """URL of an empty Neo4j store; credentials are in the environment."""
    return str(empty_neo4j.uri)


@pytest.fixture(params=["sqlite", pytest.param("neo4j", marks=pytest.mark.neo4j)])
def store_url(request: pytest.FixtureRequest) -> str:
    """URL of an empty store, once for each engine: what a contract test takes."""
    return str(request.getfixturevalue(f"{request.param}_url"))


@pytest.fixture(scope="session")
def node_packages() -> Path:
    """A ``node_modules`` folder with axe-core and oidc-provider; run scripts with ``node`` and ``NODE_PATH``."""
    require(needs.NODE)
    from tests.servers.npm import node_modules

    return node_modules()


@pytest.fixture(scope="session")
def browser_type_launch_args() -> dict[str, Any]:
    """The system's Chromium instead of a downloaded one (pytest-playwright's own fixture, overridden)."""
    require(needs.CHROMIUM)
    return {"executable_path": needs.chromium()}
