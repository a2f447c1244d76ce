"""The audit: its figures against other people's implementations, its promises, and that it is the same again."""

import json
from datetime import date
from pathlib import Path
from typing import Any

import networkx as nx
import numpy as np
import pytest

from graph_service.errors import BadDate, NotFound, SettingsError
from graph_service.introductions.figures import Ranking, gini, per_learner
from graph_service.introductions.guardrails import PromiseBroken, check, enforce, read_guardrails
from graph_service.introductions.rankers import NAMES, RANKERS
from graph_service.introductions.recommend import Field, field_of
from graph_service.introductions.trial import EVERY_TIE, Candidates, active, candidates_of
from tests.college import college_messages
from tests.introductions_world import MadeUp

SPLIT, UNTIL = "2026-01-01", "2026-02-28"


@pytest.fixture(scope="module")
def researched(tmp_path_factory: pytest.TempPathFactory) -> MadeUp:
    """A made-up network of de-identified people with a past and a future."""
    made = MadeUp(f"sqlite:///{tmp_path_factory.mktemp('audit')}/made.db")
    draw = np.random.default_rng(7)
    people = [f"p{at:02d}" for at in range(40)]
    for key in people:
        made.someone(key, roles=["learner"], basis="research")
    graph = nx.watts_strogatz_graph(len(people), 4, 0.2, seed=3)
    for a, b in sorted(graph.edges):
        for _ in range(int(draw.integers(1, 4))):
            made.meet(people[a], people[b], on=f"2025-12-{int(draw.integers(1, 31)):02d}", kind="call")
    for _ in range(60):
        a, b = draw.choice(len(people), 2, replace=False)
        made.meet(people[a], people[b], on="2026-02-01", kind="call")
    return made


def field_and_candidates(made: MadeUp) -> tuple[Field, Candidates]:
    snapshot = made.programme.snapshot("2025-12-31", theta=EVERY_TIE, theta_strong=EVERY_TIE)
    field = field_of(snapshot, made.programme.evidence)
    return field, candidates_of(field, active(snapshot))


def scores(name: str, field: Field, candidates: Candidates) -> dict[tuple[str, str], float]:
    ranker = next(each for each in RANKERS if each.name == name)
    values = ranker.score(field, candidates, np.random.default_rng(0))
    keys = field.snapshot.keys
    ends = zip(candidates.learners[candidates.owner], candidates.target, values, strict=True)
    return {(keys[a], keys[b]): float(value) for a, b, value in ends}


def test_candidates_are_exactly_the_people_at_distance_two(researched: MadeUp) -> None:
    field, candidates = field_and_candidates(researched)
    graph = field.snapshot.to_networkx()
    wanted = {
        (a, b)
        for a, far in nx.all_pairs_shortest_path_length(graph, cutoff=2)
        for b, steps in far.items()
        if steps == 2
    }
    assert set(scores("random", field, candidates)) == wanted


@pytest.mark.parametrize(
    ("name", "oracle"),
    [
        ("adamic_adar", nx.adamic_adar_index),
        ("resource_allocation", nx.resource_allocation_index),
        ("common_contacts", lambda g, pairs: ((a, b, len(list(nx.common_neighbors(g, a, b)))) for a, b in pairs)),
        ("popularity", lambda g, pairs: ((a, b, g.degree[b]) for a, b in pairs)),
    ],
)
def test_a_baseline_equals_networkx(researched: MadeUp, name: str, oracle: Any) -> None:
    field, candidates = field_and_candidates(researched)
    ours = scores(name, field, candidates)
    for a, b, value in oracle(field.snapshot.to_networkx(), list(ours)):
        assert ours[a, b] == pytest.approx(value, rel=1e-12)


def test_personalised_pagerank_equals_networkx(researched: MadeUp) -> None:
    field, candidates = field_and_candidates(researched)
    ours, graph = scores("personalised_pagerank", field, candidates), field.snapshot.to_networkx()
    for start in ("p00", "p17"):
        theirs = nx.pagerank(graph, alpha=0.85, personalization={start: 1}, weight=None, tol=1e-12)
        for (a, b), value in ours.items():
            if a == start:
                assert value == pytest.approx(theirs[b], abs=1e-5)


def test_the_table_has_every_ranker_and_is_the_same_again(researched: MadeUp) -> None:
    first = researched.programme.audit(SPLIT, UNTIL, seed=3, rounds=2)
    again = researched.programme.audit(SPLIT, UNTIL, seed=3, rounds=2)
    assert json.dumps(first, allow_nan=False) == json.dumps(again, allow_nan=False)
    assert tuple(row["name"] for row in first["rankers"]) == NAMES
    for row in first["rankers"]:
        low, high = row["intervals"]["precision_at_5"]
        assert low <= row["precision_at_5"] <= high


def test_two_stores_keyed_differently_give_the_same_audit(tmp_path: Path) -> None:
    told = []
    for name in ("one", "two"):
        made = MadeUp(f"sqlite:///{tmp_path}/{name}.db")
        for key in "abcdefgh":
            made.someone(key, roles=["learner"], basis="research")
        for a, b in ("ab", "bc", "cd", "de", "ef", "fg", "gh", "ha", "ae"):
            made.meet(a, b, on="2025-12-20")
        made.meet("a", "c", on="2026-01-20")
        told.append(json.dumps(made.programme.audit(SPLIT, UNTIL)))
    assert told[0] == told[1]


def test_whoever_was_inactive_for_long_is_neither_asked_nor_shown(researched: MadeUp) -> None:
    snapshot = researched.programme.snapshot("2026-05-30", theta=EVERY_TIE, theta_strong=EVERY_TIE)
    field = field_of(snapshot, researched.programme.evidence)
    assert len(candidates_of(field, active(snapshot))) == 0


def test_precision_divides_by_five_and_ranks_count_from_the_first_hit() -> None:
    candidates = Candidates(np.array([0, 1]), np.array([0, 3, 5]), np.arange(5), None)  # type: ignore[arg-type]
    score = np.array([0.9, 0.8, 0.7, 0.2, 0.1])
    ranking = Ranking.of(candidates, score, np.zeros(5))
    hit = np.array([False, True, True, False, True])
    figures = per_learner(candidates, ranking, hit)
    assert figures["precision_at_5"].tolist() == [0.4, 0.2]
    assert figures["mrr"].tolist() == [0.5, 0.5]


def test_gini_of_known_loads() -> None:
    assert gini(np.array([1, 2, 3, 4])) == pytest.approx(0.25)
    assert gini(np.zeros(3)) is None


def test_a_broken_promise_is_named(researched: MadeUp) -> None:
    result = researched.programme.audit(SPLIT, UNTIL)
    promises = [{"ranker": "random", "measure": "precision_at_5", "at_least": 2}]
    checked = check(result, promises)
    assert checked[0]["kept"] is False
    with pytest.raises(PromiseBroken, match="random precision_at_5"):
        enforce(checked)
    enforce(check(result, [{"ranker": "lift", "measure": "exposure_gini", "at_most": "popularity", "plus": 1.0}]))


def test_a_guardrail_file_that_says_nothing_is_refused(tmp_path: Path) -> None:
    (tmp_path / "g.toml").write_text('[[promise]]\nranker = "lift"\n')
    with pytest.raises(SettingsError):
        read_guardrails(tmp_path / "g.toml")
    with pytest.raises(SettingsError):
        read_guardrails(tmp_path / "none.toml")
    assert read_guardrails()


@pytest.mark.parametrize("ending", ["html", "svg"])
def test_the_report_is_drawn(researched: MadeUp, tmp_path: Path, ending: str) -> None:
    from graph_service.cli.app import run

    file, words = tmp_path / f"audit.{ending}", ["--split", SPLIT, "--until", UNTIL, "--format", "chart"]
    with pytest.raises(SystemExit) as end:
        run(["audit", *words, "--output", str(file), "--store", researched.store.url])
    assert end.value.code == 0
    drawn = file.read_text()
    assert all(name in drawn for name in NAMES)


def test_a_broken_promise_fails_the_command(
    researched: MadeUp, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    from graph_service.cli.app import run

    file = tmp_path / "promises.toml"
    file.write_text('[[promise]]\nranker = "lift"\nmeasure = "coverage"\nat_least = 1.5\n')
    words = ["--split", SPLIT, "--until", UNTIL, "--guardrails", str(file), "--format", "json"]
    with pytest.raises(SystemExit) as end:
        run(["audit", *words, "--store", researched.store.url])
    assert end.value.code == 1
    out, err = capsys.readouterr()
    assert json.loads(out)["promises"][0]["kept"] is False
    assert "lift coverage is" in err and "promised at least 1.5" in err


def test_days_in_the_wrong_order_or_without_data_are_refused(researched: MadeUp) -> None:
    with pytest.raises(BadDate):
        researched.programme.audit("2026-02-01", "2026-01-01")
    with pytest.raises(NotFound):
        researched.programme.audit("1999-01-01", "1999-02-01")


def test_on_the_college_messages_plain_ties_beat_adamic_and_adar(tmp_path: Path, reference_data: Path) -> None:
    with college_messages(f"sqlite:///{tmp_path}/college.db", reference_data) as programme:
        result = programme.audit("2004-05-01", "2004-05-15")
        rows = {row["name"]: row for row in result["rankers"]}
        assert result["learners_judged"] == 343
        assert rows["plain_tie"]["precision_at_5"] == pytest.approx(0.0373, abs=5e-4)
        assert rows["popularity"]["precision_at_5"] == pytest.approx(0.0443, abs=1e-3)
        assert rows["plain_tie"]["precision_at_5"] >= rows["adamic_adar"]["precision_at_5"]
        assert rows["lift"]["reach"] > rows["plain_tie"]["reach"]
        enforce(check(result, read_guardrails()))
        told = programme.introductions("9", as_of=date(2004, 5, 15)).as_dict()
        assert len(told["suggestions"]) == 5
