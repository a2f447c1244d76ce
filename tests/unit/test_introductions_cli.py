"""`introduce` and `audit` on the command line."""

import json
from pathlib import Path

import pytest

import graph_service as gs
from graph_service.cli.app import run
from graph_service.disclosure.scope import Actor
from graph_service.errors import NotFound, UnknownPerson
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
    assert "ana and mo: weak, strength 1.0, 1 contact since February 20, 2026" in err


def test_a_learner_reads_it_in_spanish(url: str, capsys: pytest.CaptureFixture[str]) -> None:
    words = ["--explain", "--audience", "learner", "--language", "es"]
    run_ok("introduce", "--learner", "ana", "--as-of", TODAY, *words, "--store", url)
    assert "eva trabaja desde hace mucho y te puede contar mucho." in capsys.readouterr().err


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


def test_an_introduction_from_the_suggestion_to_the_meeting(url: str, capsys: pytest.CaptureFixture[str]) -> None:
    ends = ["--learner", "ana", "--connector", "mo", "--target", "eva"]
    words = said(capsys, "introductions", "propose", *ends, "--as-of", TODAY, "--store", url).split()
    id, version = words[0], int(words[-1])
    steps: list[list[str]] = [
        ["request", "--answer-of", "learner"], ["approve"], ["ask_connector"],
        ["connector_agree", "--answer-of", "connector"], ["ask_target"], ["target_agree", "--answer-of", "target"],
        ["make", "--meeting", "2026-03-10"], ["meet", "--meeting", TODAY],
    ]  # fmt: skip
    for step in steps:
        more = ["--version", str(version), "--as-of", TODAY, "--store", url]
        version = int(said(capsys, "introductions", "move", id, *step, *more).split()[-1])
    told = json.loads(said(capsys, "introductions", "show", id, "--format", "json", "--as-of", TODAY, "--store", url))
    assert (told["state"], told["target"], len(told["steps"])) == ("met", "eva", 9)
    assert "met" in said(capsys, "introductions", "list", "--state", "open", "--as-of", TODAY, "--store", url)
    run_ok("introductions", "expire", "--as-of", TODAY, "--store", url)
    with pytest.raises(SystemExit) as end:
        run(["introductions", "move", id, "close", "--version", "2", "--store", url])
    assert end.value.code == 1
    assert "changed since you read it" in capsys.readouterr().err


def test_a_plan_for_everyone_as_a_table_and_put_on_its_way(url: str, capsys: pytest.CaptureFixture[str]) -> None:
    run_ok("introduce", "--all", "--assign", "--propose", "--as-of", TODAY, "--store", url)
    out, err = capsys.readouterr()
    assert "eva" in out
    assert "1 of 1 learners get an introduction" in err
    assert "1 introductions are on their way" in err
    told = json.loads(
        said(capsys, "introduce", "--all", "--assign", "--as-of", TODAY, "--format", "json", "--store", url)
    )
    assert told["introductions"] == []
    assert [(each["code"], each["about"]) for each in told["left_out"]] == [("gate", "in_flight")]


def test_the_same_in_python_and_how_long_it_took_beside_the_goal(url: str) -> None:
    with gs.open(url) as programme:
        flow = programme.on_their_way
        moved = flow.propose("ana", "mo", "eva", as_of=TODAY)
        [row] = flow.list("open", "ana", TODAY)
        assert (row["id"], row["waits_for"]) == (moved.introduction, "learner")
        for name, answer in (("request", None), ("approve", None), ("ask_connector", None),
                             ("connector_agree", "connector"), ("ask_target", None), ("target_agree", "target"),
                             ("make", None)):  # fmt: skip
            moved = flow.move(moved.introduction, name, moved.version, TODAY, answer_of=answer)
        assert flow.pace().days is None
        moved = flow.move(moved.introduction, "meet", moved.version, "2026-03-12", meeting="2026-03-12")
        assert (flow.pace().met, flow.pace().days, flow.pace().within, flow.pace().goal) == (1, 10, 1, 21)
        flow.outcome(moved.introduction, "resource", "2026-03-12", resource="advice", as_of="2026-03-12")
        told = flow.show(moved.introduction, "2026-03-12")
        assert [each["step"] for each in told["outcomes"]] == ["met", "resource"]
        with pytest.raises(UnknownPerson):
            flow.propose("nobody", "mo", "eva", as_of=TODAY)
        stranger = Actor("x", "mentor", frozenset(), person="x")
        with pytest.raises(NotFound):
            flow.by(stranger).show(moved.introduction, TODAY)
