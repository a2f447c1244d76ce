"""Interactions out of CSV files: who met whom, when, and what makes two rows the same contact."""

import random
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from graph_service.actions.ingest import check, ingest, undo
from graph_service.errors import MissingColumn, NotFound, UsageError
from graph_service.store.opening import open_store
from graph_service.store.store import Store
from loaders.options import LoadOptions
from tests.unit.loads import MESSAGES, Write, contents, store, write

__all__ = ["store", "write"]

PAIR = "date,from,to,kind\n2026-03-02,ana,bo,meeting\n"
NEW = LoadOptions(person_role="learner")


def test_the_college_messages_load_and_loading_them_again_changes_nothing(reference_data: Path, store: Store) -> None:
    file = reference_data / "college-messages" / "messages.csv"
    first = ingest(store, "interactions", file, MESSAGES)
    assert (first.rows, first.rejected, first.created) == (22_767, 0, 1_101)
    assert store.count("interaction") == 22_767
    revision = store.revision()
    again = ingest(store, "interactions", file, MESSAGES)
    assert (again.added, again.changed, again.unchanged) == (0, 0, 22_767)
    assert store.revision() == revision


def test_a_time_without_a_zone_is_kept_as_it_is_given(write: Write, store: Store) -> None:
    ingest(store, "interactions", write("time,sender,recipient\n2004-04-15T23:56:01,1,2\n"), MESSAGES)
    [contact] = store.find("interaction")
    assert (contact["date"], contact["time"]) == (date(2004, 4, 15), "23:56:01")


def test_a_time_with_a_zone_is_moved_to_the_zone_of_the_programme(write: Write, store: Store) -> None:
    file = write("time,sender,recipient\n2004-04-16T03:30:00Z,1,2\n")
    ingest(store, "interactions", file, replace(MESSAGES, time_zone="America/New_York"))
    [contact] = store.find("interaction")
    assert (contact["date"], contact["time"]) == (date(2004, 4, 15), "23:30:00")


def test_two_equal_rows_are_two_contacts(write: Write, store: Store) -> None:
    row = "2004-04-15T07:56:01,1,2\n"
    ingest(store, "interactions", write("time,sender,recipient\n" + row * 2), MESSAGES)
    assert store.count("interaction") == 2


def test_two_messages_of_one_day_are_two_contacts(write: Write, store: Store) -> None:
    file = write("time,sender,recipient\n2004-04-15T07:56:01,1,2\n2004-04-15T07:56:02,1,2\n")
    ingest(store, "interactions", file, MESSAGES)
    assert store.count("interaction") == 2


def test_the_order_of_columns_and_the_separator_make_no_other_contact(write: Write, store: Store) -> None:
    ingest(store, "interactions", write(PAIR), NEW)
    again = ingest(store, "interactions", write("kind;to;from;date\nmeeting;bo;ana;2026-03-02\n"), NEW)
    assert (again.added, again.unchanged) == (0, 1)


def test_the_same_rows_in_another_feed_or_of_another_kind_are_other_contacts(write: Write, store: Store) -> None:
    file = write("date,from,to\n2026-03-02,ana,bo\n")
    ingest(store, "interactions", file, replace(NEW, kind="call"))
    ingest(store, "interactions", file, replace(NEW, kind="meeting"))
    ingest(store, "interactions", file, replace(NEW, kind="call", source="calendar"))
    assert store.count("interaction") == 3


def test_a_row_with_an_id_is_corrected_and_not_doubled(write: Write, store: Store) -> None:
    ingest(store, "interactions", write("id,date,from,to,kind\n7,2026-03-02,ana,bo,meeting\n"), NEW)
    receipt = ingest(store, "interactions", write("id,date,from,to,kind\n7,2026-03-03,ana,bo,meeting\n"), NEW)
    assert receipt.changed == 1
    assert [each["date"] for each in store.find("interaction")] == [date(2026, 3, 3)]


def test_rows_that_name_unknown_people_are_rejected_unless_a_role_is_given(write: Write, store: Store) -> None:
    ingest(store, "people", write("id,roles\nana,learner\n"))
    file = write(PAIR + "2026-03-04,ana,ana2,meeting\n")
    receipt = ingest(store, "interactions", file)
    assert receipt.rejected == 2 and store.count("interaction") == 0 and store.count("person") == 1
    assert ingest(store, "interactions", file, NEW).created == 2
    assert store.count("interaction") == 2


def test_nobody_is_created_for_a_row_that_is_rejected(write: Write, store: Store) -> None:
    file = write("date,from,to,kind,host\n2026-03-02,ana,bo,meeting,nowhere\n")
    assert ingest(store, "interactions", file, NEW).rejected == 1
    assert store.count("person") == 0


def test_a_contact_of_somebody_with_themselves_is_rejected(write: Write, store: Store) -> None:
    receipt = ingest(store, "interactions", write(PAIR.replace("bo", "ana")), NEW)
    [reject] = receipt.rejects
    assert (reject.row, reject.found) == (2, "the same person twice")


@pytest.mark.parametrize("people", ["ana", "ana;ana", "", ";;"])
def test_fewer_than_two_people_are_no_contact(write: Write, store: Store, people: str) -> None:
    file = write(f"date,participants,kind\n2026-03-02,{people},meeting\n")
    assert ingest(store, "interactions", file, NEW).rejected == 1


def test_a_list_of_participants_may_say_their_roles(write: Write, store: Store) -> None:
    file = write("date,participants,kind\n2026-03-02,ana; bo ;ms:cruz:mentor,job_shadow\n")
    ingest(store, "interactions", file, replace(NEW, default_roles={"participants": "learner"}))
    [contact] = store.find("interaction")
    keys = {person["id"]: person["key"] for person in store.find("person")}
    took_part = [(keys[each["id"]], each["role"]) for each in contact["participants"]]
    assert took_part == [("ana", "learner"), ("bo", "learner"), ("ms:cruz", "mentor")]


def test_a_column_for_each_role_names_who_took_part(write: Write, store: Store) -> None:
    file = write("date,learners,mentor,type\n2026-03-02,ana;bo,cruz,Mentoring session\n")
    ingest(store, "interactions", file, NEW)
    [contact] = store.find("interaction")
    assert sorted(each["role"] for each in contact["participants"]) == ["learner", "learner", "mentor"]


def test_the_roles_of_two_people_may_be_said_for_the_whole_file(write: Write, store: Store) -> None:
    ingest(store, "interactions", write(PAIR), replace(NEW, default_roles={"from": "learner", "to": "mentor"}))
    [contact] = store.find("interaction")
    assert [each["role"] for each in contact["participants"]] == ["learner", "mentor"]


def test_a_check_tells_what_a_load_would_do_and_writes_nothing(write: Write, store: Store) -> None:
    file = write(PAIR + "never,ana,bo,meeting\n")
    told = check(store, "interactions", file, NEW)
    assert store.revision() == 0
    done = ingest(store, "interactions", file, NEW)
    assert (told.added, told.changed, told.rejected, told.rejects) == (3, 0, 1, done.rejects)
    assert (done.added, done.created) == (told.added, told.created)
    assert check(store, "interactions", file, NEW).unchanged == 1


def test_an_undone_load_leaves_nothing_and_can_be_loaded_again(write: Write, store: Store) -> None:
    receipt = ingest(store, "interactions", write(PAIR), NEW)
    undo(store, receipt.load)
    assert contents(store, "person", "interaction") == {"person": {}, "interaction": {}}
    assert store.find("load")[0]["state"] == "undone"
    ingest(store, "interactions", write(PAIR), NEW)
    assert (store.count("interaction"), store.find("load")[0]["state"]) == (1, "done")


def test_undoing_a_load_that_never_was_is_an_error(store: Store) -> None:
    with pytest.raises(NotFound):
        undo(store, "nothing")


def test_a_column_that_is_not_there_is_named_and_nothing_changes(write: Write, store: Store) -> None:
    with pytest.raises(MissingColumn, match="to"):
        ingest(store, "interactions", write("date,from,kind\n2026-03-02,ana,meeting\n"), NEW)
    with pytest.raises(MissingColumn, match="when"):
        ingest(store, "interactions", write(PAIR), replace(NEW, columns={"date": "when"}))
    with pytest.raises(UsageError, match="colour"):
        ingest(store, "interactions", write(PAIR), replace(NEW, columns={"colour": "kind"}))
    assert store.revision() == 0


@st.composite
def messages(draw: st.DrawFn) -> list[str]:
    people = st.sampled_from(["ana", "bo", "cy", "dé"])
    row = st.tuples(st.sampled_from(["2026-03-01", "2026-03-02T10:00", "2 Mar 2026", "soon"]), people, people)
    return [",".join(each) for each in draw(st.lists(row, max_size=12))]


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(rows=messages(), seed=st.integers(0, 2**16))
def test_any_order_of_the_rows_gives_the_same_store(
    rows: list[str], seed: int, tmp_path_factory: pytest.TempPathFactory
) -> None:
    folder = tmp_path_factory.mktemp("order")
    mixed = random.Random(seed).sample(rows, len(rows))
    found = []
    for number, lines in enumerate((rows, mixed)):
        file = folder / f"{number}.csv"
        file.write_text("\n".join(["time,sender,recipient", *lines]))
        (folder / f"{number}.db.secret").write_text("0" * 64)
        with open_store(f"sqlite:///{folder / f'{number}.db'}") as store:
            ingest(store, "interactions", file, MESSAGES)
            ingest(store, "interactions", file, MESSAGES)
            found.append(contents(store, "person", "interaction"))
    assert found[0] == found[1]


def test_a_load_that_is_cut_off_is_completed_by_loading_again_and_one_undo_ends_it(write: Write, store: Store) -> None:
    file = write("date,from,to,kind\n" + "".join(f"2026-03-02,a{number},b,call\n" for number in range(20)))

    def cut(done: int, total: int) -> None:
        if done > total // 2:
            raise KeyboardInterrupt

    options = replace(NEW, batch=5)
    with pytest.raises(KeyboardInterrupt):
        ingest(store, "interactions", file, options, progress=cut)
    [record] = store.find("load")
    assert record["state"] == "running" and 0 < store.count("person") + store.count("interaction") < 41
    receipt = ingest(store, "interactions", file, replace(options, batch=None))
    assert (receipt.load, store.count("interaction"), store.find("load")[0]["state"]) == (record["id"], 20, "done")
    undo(store, receipt.load)
    assert contents(store, "person", "interaction") == {"person": {}, "interaction": {}}
