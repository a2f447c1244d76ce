"""Records of learners leave only under an agreement: coarse, with fresh names, and nobody alone in their class."""

from collections import Counter
from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from graph_service import clock
from graph_service.actions import bases
from graph_service.actions.rights import erasure, objection
from graph_service.cli.app import run
from graph_service.desks.restricted import release
from graph_service.disclosure.microdata import HIDDEN, protected
from graph_service.disclosure.scope import OWNER, Actor
from graph_service.errors import NotFound, NotYours, UnknownParameter

TODAY = clock.today()
K = 10


@pytest.fixture
def town(world):
    """Forty learners at North, three at South; some with contacts."""
    for school in ("north", "south"):
        world.organization(school, "school")
    for at in range(43):
        world.person(f"l{at}", "learner", given_name=f"Given{at}", grade="10" if at % 2 else "11")
        world.affiliate(f"l{at}", "north" if at < 40 else "south", "enrolled_at")
    world.person("mo", "mentor", status="consented")
    for at in range(0, 40, 2):
        world.log("meeting", f"l{at}", "mo:mentor", on=TODAY - timedelta(days=3))
    fields = ["school", "grade_band", "network", "network_size"]
    bases.record_agreement(world.store, OWNER, "study 1", "Example University", "a study", fields, "doc 7",
                           since=TODAY, until=TODAY + timedelta(days=30))  # fmt: skip
    return world


def test_records_leave_coarse_under_fresh_names_and_are_logged(town):
    reader = town.programme.reader(Actor("member e", "evaluator"))
    first, second = (release(reader, "study 1", TODAY) for _ in range(2))
    assert len(first.rows) == 40 and first.dropped == 3 and set(first.rows[0]) >= {"id", "school", "network"}
    assert not {row["id"] for row in first.rows} & {row["id"] for row in second.rows}
    assert min(Counter((row["school"], row["grade_band"]) for row in first.rows).values()) >= K
    text = repr(first.rows)
    assert not any(word in text for word in ("Given", "'l1'", town.id("l1"), "2026-"))
    logged = town.store.find("release", kind="records")
    assert {row["recipient"] for row in logged} == {"Example University"} and len(logged) == 2
    assert town.store.count("release_member", person=town.id("l1")) == 2


def test_without_an_agreement_in_force_nothing_leaves(town):
    reader = town.programme.reader(OWNER)
    with pytest.raises(NotFound):
        release(reader, "study 2", TODAY)
    clock.stand_at(clock.now() + timedelta(days=31))
    try:
        with pytest.raises(NotFound, match="in force"):
            release(town.programme.reader(OWNER), "study 1", TODAY)
    finally:
        clock.stand_at(None)
    with pytest.raises(UnknownParameter, match="The agreement gives school"):
        release(reader, "study 1", TODAY, ["school", "low_income"])
    assert town.store.count("release") == 0


def test_never_for_mentors_employers_or_learners(town):
    for role in ("mentor", "employer", "learner", "lead", "director"):
        with pytest.raises(NotYours):
            release(town.programme.reader(Actor("x", role, person=town.id("mo"))), "study 1", TODAY)


def test_who_opted_out_of_research_or_is_restricted_is_in_no_file(town):
    objection.opt_out(town.store, OWNER, town.id("l1"), ["research"], today=TODAY)
    objection.restrict(town.store, OWNER, town.id("l2"), today=TODAY)
    made = release(town.programme.reader(OWNER), "study 1", TODAY)
    assert len(made.rows) == 38 and made.left_out == 1
    assert {row["person"] for row in town.store.find("release_member")} & {town.id("l1"), town.id("l2")} == set()


def test_an_erasure_names_the_recipient_and_the_row_to_delete(town, capsys):
    made = release(town.programme.reader(OWNER), "study 1", TODAY)
    done = erasure.erase(town.store, OWNER, town.id("l4"), today=TODAY)
    [told] = done.elsewhere
    assert told.recipient == "Example University" and told.release == made.release
    assert told.pseudonym in {row["id"] for row in made.rows}


def test_the_commands_record_an_agreement_and_write_a_file(town, tmp_path, capsys):
    for words in (
        ["release", "agreement", "s3", "--recipient", "R", "--purpose", "p", "--columns", "school,network",
         "--document", "d", "--until", str(TODAY + timedelta(days=5))],
        ["release", "records", "--agreement", "s3", "--output", f"{tmp_path}/out.csv"],
    ):  # fmt: skip
        with pytest.raises(SystemExit) as end:
            run(["--store", town.store.url, *words])
        assert end.value.code == 0
    lines = (tmp_path / "out.csv").read_text().splitlines()
    assert lines[0] == "id,school,network" and len(lines) == 41
    with pytest.raises(SystemExit) as end:
        run(["--store", town.store.url, "release", "agreement", "s4", "--recipient", "R", "--purpose", "p", "--columns",
             "birth_date", "--document", "d", "--until", str(TODAY)])  # fmt: skip
    assert end.value.code == 2 and "no column birth_date" in capsys.readouterr().err


# --- whatever the data ---------------------------------------------------------------------------------------------
rows = st.lists(
    st.fixed_dictionaries(
        {
            "school": st.sampled_from("abcd"),
            "income": st.sampled_from("yn"),
            "network": st.sampled_from(["0", "1", "2"]),
        }
    ),
    max_size=80,
)


@given(rows, st.integers(5, 15))
@settings(max_examples=60, deadline=None)
def test_nobody_is_alone_in_what_others_know_and_no_class_is_all_alike(given_rows, k):
    made = protected(given_rows, ["school", "income"], ["network"], k)
    classes = {}
    for row in made.rows:
        classes.setdefault((row["school"], row["income"]), []).append(row["network"])
    assert all(len(members) >= k for members in classes.values())
    for members in classes.values():
        told = set(members)
        assert told == {HIDDEN} or len(told) > 1
    assert len(made.rows) + made.dropped == len(given_rows) and len({row["id"] for row in made.rows}) == len(made.rows)
    for row, at in zip(made.rows, made.of, strict=True):
        assert all(row[name] in (value, HIDDEN) for name, value in given_rows[at].items())
