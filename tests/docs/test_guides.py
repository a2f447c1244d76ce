"""The guides tell only what there is: their commands run, the pages they name exist for whom they are."""

import re
import shlex
from pathlib import Path

import pytest

from graph_service.cli.app import run

GUIDES = Path(__file__).resolve().parents[2] / "docs" / "guides"
ROUTES = (GUIDES.parent / "routes-and-roles.md").read_text(encoding="utf-8")
PAGES = sorted(path for path in GUIDES.glob("*.md") if path.name != "README.md")
WITH_COMMANDS = [path for path in PAGES if "```console" in path.read_text(encoding="utf-8")]


@pytest.fixture
def made_up(tmp_path, monkeypatch):
    """A folder to stand in, with a made-up programme as the store."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("GRAPH_SERVICE_STORE", "sqlite:///programme.db")
    assert status("load", "synthetic", "--people", "200", "--seed", "1", "--as-of", "2026-03-31") == 0
    return tmp_path


def status(*words: str) -> int:
    try:
        run(list(words))
    except SystemExit as end:
        return end.code if isinstance(end.code, int) else 0
    return 0


@pytest.mark.parametrize("guide", WITH_COMMANDS, ids=lambda path: path.stem)
def test_the_commands_of_a_guide_run_one_after_the_other(guide, made_up, capsys):
    blocks = re.findall(r"```console\n(.*?)```", guide.read_text(encoding="utf-8"), re.DOTALL)
    lines = [line for block in blocks for line in block.splitlines()]
    assert lines and all(line.startswith("$ graph-service ") for line in lines)
    for line in lines:
        assert status(*shlex.split(line.removeprefix("$ graph-service "))) == 0, (line, capsys.readouterr())


@pytest.mark.parametrize("guide", PAGES, ids=lambda path: path.stem)
def test_the_pages_that_a_guide_names_exist(guide):
    named = set(re.findall(r"`(/[\w/-]+)`", guide.read_text(encoding="utf-8")))
    assert {page for page in named if f"| `GET {page}` |" not in ROUTES} == set()


def test_every_guide_is_in_the_list_of_guides():
    listed = set(re.findall(r"\((\w+\.md)\)", (GUIDES / "README.md").read_text(encoding="utf-8")))
    assert listed == {path.name for path in PAGES}
