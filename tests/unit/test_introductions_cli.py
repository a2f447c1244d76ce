"""`introduce` and `audit` on the command line."""

import json
from pathlib import Path

import pytest

from graph_service.cli.app import run
from tests.introductions_world import TODAY, simple


@pytest.fixture
def url(tmp_path: Path) -> str:
    url = f"sqlite:///{tmp_path}/made.db"
    simple(url).programme.close()
    return url


def said(capsys: pytest.CaptureFixture[str], *words: str) -> str:
    run_ok(*words)
    return capsys.readouterr().out


def run_ok(*words: str) -> None:
    with pytest.raises(SystemExit) as end:
        run(list(words))
    assert end.value.code == 0


def test_one_learner_as_json(url: str, capsys: pytest.CaptureFixture[str]) -> None:
    words = ["introduce", "--learner", "ana", "--as-of", TODAY, "--format", "json", "--store", url]
    told = json.loads(said(capsys, *words))
    assert [each["target"] for each in told["suggestions"]] == ["eva"]


def test_everyone_as_a_table_with_reasons(url: str, capsys: pytest.CaptureFixture[str]) -> None:
    run_ok("introduce", "--all", "--as-of", TODAY, "--explain", "--store", url)
    out, err = capsys.readouterr()
    assert "eva" in out
    assert "mo knows both" in err


@pytest.mark.parametrize(
    ("words", "status", "says"),
    [
        (["introduce"], 2, "--learner"),
        (["introduce", "--all", "--learner", "ana"], 2, "--learner"),
        (["introduce", "--learner", "nobody", "--as-of", TODAY], 1, "Nobody with this id"),
        (["introduce", "--learner", "ana", "--as-of", "tomorrow"], 2, "not a date"),
        (["introduce", "--all", "--limit", "0"], 2, "limit"),
        (["audit", "--split", TODAY, "--until", TODAY], 1, "Nobody can be judged"),
        (["audit", "--split", TODAY, "--until", "2020-01-01"], 2, "ends before it begins"),
    ],
)
def test_a_bad_question_gets_a_sentence_and_its_exit_status(
    url: str, capsys: pytest.CaptureFixture[str], words: list[str], status: int, says: str
) -> None:
    with pytest.raises(SystemExit) as end:
        run([*words, "--store", url])
    assert end.value.code == status
    assert says in capsys.readouterr().err
