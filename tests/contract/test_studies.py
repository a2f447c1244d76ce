"""A study is fixed before its outcomes are known, and its report follows it; the same on both stores."""

import csv
import json
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest

import graph_service as gs
from graph_service.errors import Conflict, InvalidRecord, NotFound, StudyChanged
from graph_service.measures.cohort.resampling import Resampling
from tests.unit.test_cli import Shell
from tests.world import World

QUICK = Resampling(resamples=99)
PLAN: dict[str, Any] = {
    "title": "Near peers",
    "design": "lottery",
    "unit": "site",
    "assigned_on": date(2026, 1, 5),
    "waves": ["autumn", "spring"],
    "outcomes": [
        {"measure": "network_size", "domain": "quantity", "confirmatory": True},
        {"measure": "unconnected", "domain": "quantity", "confirmatory": False, "kind": "share"},
    ],
    "exclusions": [{"code": "moved", "rule": "left the school before the assignment"}],
}
LEARNERS, SITES = 48, 8


def sample() -> list[dict[str, Any]]:
    arms = ("treatment", "comparison")
    return [
        {
            "learner": f"l{at:02}",
            "arm": arms[at % SITES % 2],
            "site": f"s{at % SITES}",
            "excluded": "moved" if at == 7 else "",
        }
        for at in range(LEARNERS)
    ]


def fill(url: str) -> World:
    """Eight schools; in every second one learners meet a second mentor between the waves."""
    made = World(gs.open(url))
    for at in range(SITES):
        made.organization(f"s{at}", "school")
    for mentor in ("eng", "fay"):
        made.person(mentor, "mentor")
    keys = [f"l{at:02}" for at in range(LEARNERS + 1)]
    made.store.put("person", *({"id": made.id(key), "key": key, "roles": ["learner"]} for key in keys))
    made.store.put(
        "affiliation",
        *(
            {
                "id": f"a{at}",
                "person": made.id(key),
                "organization": made.id(f"s{at % SITES}", "organization"),
                "relation": "enrolled_at",
                "since": date(2026, 4, 1) if at == LEARNERS else date(2026, 1, 1),
            }
            for at, key in enumerate(keys)
        ),
    )
    met = [(at, "eng", date(2026, 1, 2)) for at in range(LEARNERS) if at % 3]
    met += [(at, "fay", date(2026, 3, 2)) for at in range(LEARNERS + 1) if at % 2 == 0 or at % 5 == 0]
    made.store.put(
        "interaction",
        *(
            {
                "id": f"{adult}{at}",
                "date": day,
                "kind": "meeting",
                "participants": [{"id": made.id(key), "role": "participant"} for key in (keys[at], adult)],
            }
            for at, adult, day in met
        ),
    )
    return made


@pytest.fixture
def world(store_url: str) -> Iterator[World]:
    made = fill(store_url)
    yield made
    made.programme.close()


@pytest.fixture
def small(sqlite_url: str) -> Iterator[World]:
    made = fill(sqlite_url)
    yield made
    made.programme.close()


def opened(world: World) -> Any:
    programme = world.programme
    programme.waves.take("autumn", "2026-01-10", half_life=None)
    programme.studies.fix("near", PLAN, sample())
    programme.waves.take("spring", "2026-05-01", half_life=None)
    return programme.studies.open("near")


def test_a_study_is_fixed_opened_and_reported_as_planned(world: World) -> None:
    stored = opened(world)
    assert len(stored.digest) == 64 and len(stored.leaves) == LEARNERS
    assert stored.opened_on is not None and stored.sealed_on <= stored.opened_on
    found = world.programme.studies.report("near", also=["constraint"], how=QUICK)
    assert [(each.measure, each.role, each.declared) for each in found.outcomes] == [
        ("network_size", "confirmatory", True),
        ("unconnected", "exploratory", True),
        ("constraint", "exploratory", False),
    ]
    size = found.outcomes[0]
    assert found.excluded == {"moved": 1} and found.assigned == {"treatment": 24, "comparison": 24}
    assert size.comparison is not None and size.comparison.refused is None
    assert size.comparison.effect.estimate.value == pytest.approx(0.8, abs=0.11)
    assert "wild" in size.comparison.effect.estimate.method
    assert size.randomisation is not None and size.randomisation.p is not None and size.randomisation.p < 0.05
    assert size.joiners["treatment"].value == 1.0 and size.learners.low["cautious"] is True
    assert size.standing == "randomised_low_attrition" and found.minimum_detectable.value is not None


def test_an_erasure_takes_a_learner_out_and_leaves_the_digest(world: World) -> None:
    opened(world)
    world.store.erase("person", [world.id("l03")])
    found = world.programme.studies.report("near", how=QUICK)
    assert found.erased == 1 and sum(found.assigned.values()) == LEARNERS - 1
    assert world.store.count("study_member") == LEARNERS - 1


def test_a_stored_sample_that_was_changed_is_noticed(small: World) -> None:
    opened(small)
    member = small.store.find("study_member", person=small.id("l00"))[0]
    changed = {name: member[name] for name in ("id", "study", "person", "site")} | {"arm": "comparison"}
    small.store.put("study_member", *[changed | {"arm": "comparison", "site": "s1"}])
    with pytest.raises(StudyChanged):
        small.programme.studies.report("near", how=QUICK)


def test_a_study_is_not_fixed_once_its_outcomes_can_be_known(small: World) -> None:
    small.programme.waves.take("spring", "2026-05-01")
    with pytest.raises(Conflict, match="before its outcomes"):
        small.programme.studies.fix("near", PLAN, sample())


def test_outcomes_are_opened_before_they_are_reported_and_a_study_is_fixed_once(small: World) -> None:
    studies = small.programme.studies
    studies.fix("near", PLAN, sample())
    with pytest.raises(Conflict, match="not opened"):
        studies.report("near")
    with pytest.raises(NotFound):
        studies.open("near")
    with pytest.raises(Conflict):
        studies.fix("near", PLAN, sample())
    with pytest.raises(NotFound):
        studies.report("far")


@pytest.mark.parametrize(
    ("change", "what"),
    [
        ({"outcomes": [{"measure": "charm", "domain": "x", "confirmatory": True}]}, "charm"),
        ({"outcomes": [{"measure": "network_size"}]}, "not complete"),
        ({"waves": ["autumn"]}, "not complete"),
        ({"design": "single_group"}, "no comparison arm"),
        ({"assigned_on": "soon"}, "not complete"),
    ],
    ids=str,
)
def test_a_plan_that_cannot_be_followed_is_refused(small: World, change: dict[str, Any], what: str) -> None:
    with pytest.raises(InvalidRecord, match=what):
        small.programme.studies.fix("near", PLAN | change, sample())
    assert small.programme.studies.list() == []


def test_a_sample_that_names_nobody_is_refused(small: World) -> None:
    with pytest.raises(InvalidRecord, match="1 rows"):
        small.programme.studies.fix("near", PLAN, [*sample(), {"learner": "zoe", "arm": "treatment", "site": "s0"}])


def test_the_commands_go_from_a_template_to_a_report(
    tmp_path: Path, capsysbinary: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    fill("sqlite:///x.db").programme.close()
    shell = Shell("sqlite:///x.db", capsysbinary)
    assert shell("study", "template", "--output", "plan.toml")[0] == 0
    with Path("sample.csv").open("w", newline="") as file:
        writer = csv.DictWriter(file, ["learner", "arm", "site", "excluded"])
        writer.writeheader()
        writer.writerows([row | {"excluded": ""} for row in sample()])
    assert "No study" in shell("study", "list")[2]
    assert shell("waves", "take", "autumn", "--as-of", "2026-01-10")[0] == 0
    status, _, said = shell("study", "new", "near", "--plan", "plan.toml", "--sample", "sample.csv")
    assert status == 0 and "Digest:" in said
    assert shell("study", "report", "near")[0] == 1
    assert shell("waves", "take", "spring", "--as-of", "2026-05-01")[0] == 0
    assert shell("study", "open", "near")[0] == 0
    status, out, _ = shell("study", "report", "near", "--format", "json")
    report = json.loads(out)
    assert (
        status == 0
        and report["outcomes"][0]["effect"]["n"] == LEARNERS
        and report["outcomes"][0]["learners"]["overall"] == 0
    )
    status, out, said = shell("study", "report", "near")
    assert status == 0 and "randomised_low_attrition" in out and report["digest"] in said
    assert shell("study", "new", "far", "--plan", "nope.toml", "--sample", "sample.csv")[0] == 3
    Path("bad.csv").write_text("who\nl00\n")
    assert shell("study", "new", "far", "--plan", "plan.toml", "--sample", "bad.csv")[0] == 2
