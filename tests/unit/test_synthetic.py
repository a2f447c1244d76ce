"""The generated programme: valid, complete, the same everywhere, and nobody real."""

import hashlib
from datetime import date

import pyarrow as pa
import pyarrow.compute as pc
import pytest

from graph_service.errors import UnknownParameter
from graph_service.records.identity import internal_ids
from graph_service.records.registry import KINDS
from graph_service.records.validation import validate
from graph_service.records.vocabulary import vocabulary
from graph_service.store.opening import open_store
from loaders.synthetic import Profile, generate, resolve
from loaders.synthetic.names import FAMILY

#: Of people=300, seed=11. It changes only when the generator is changed on purpose: then type the new one.
FINGERPRINT = "f8882c41cc65a050b192812e1e1c3f53775d9956d4f84edb27a18d07cf3cea40"

SIZES = [
    {"people": 50},
    {"people": 333, "as_of": date(2024, 2, 29), "seed": 2},
    {"people": 1000, "months": 36, "seed": 3},
    {"people": 5000, "months": 12, "profile": Profile(region_people=100), "seed": 4},
]


@pytest.fixture(scope="module")
def programme():
    return generate(people=1000, seed=1)


def fingerprint(tables):
    """A hash of all values, whatever the version of the library that holds them."""
    found = hashlib.sha256()
    for name, table in tables.items():
        found.update(repr((name, table.column_names, table.to_pylist())).encode())
    return found.hexdigest()


def flat(table, field):
    column = table[field.name].combine_chunks()
    if field.roles:
        return column.flatten().field("id")
    return column.flatten() if field.many else column


def test_the_same_seed_gives_the_same_programme_on_every_machine():
    assert fingerprint(generate(people=300, seed=11).tables) == FINGERPRINT


def test_another_seed_gives_another_programme():
    assert fingerprint(generate(people=60, seed=1).tables) != fingerprint(generate(people=60, seed=2).tables)


@pytest.mark.parametrize("arguments", SIZES, ids=lambda each: f"{each['people']} people")
def test_every_table_is_valid_refers_to_what_is_there_and_has_each_id_once(arguments):
    tables = generate(**arguments).tables
    for name, table in tables.items():
        kind = KINDS[name]
        assert validate(kind, table).problems == []
        assert pc.count_distinct(table["id"]).as_py() == table.num_rows
        for each in kind.references:
            refers = flat(table, each)
            there = pc.is_in(refers, value_set=tables[each.type.target]["id"].combine_chunks())
            assert pc.all(pc.or_(there, pc.is_null(refers))).as_py() in (True, None)


def test_a_programme_has_the_promised_numbers_of_people_and_organisations(programme):
    tables = programme.tables
    first = [roles[0] for roles in tables["person"]["roles"].to_pylist()]
    kinds = tables["organization"]["kind"].to_pylist()
    assert tables["person"].num_rows == 1000
    assert (first.count("learner"), first.count("mentor")) == (600, 80)
    assert (kinds.count("employer"), kinds.count("intermediary"), kinds.count("district")) == (120, 3, 2)


def unused_codes(tables):
    found = {}
    for name, table in tables.items():
        for each in KINDS[name]:
            codes = each.roles or each.type.vocabulary
            if codes is None:
                continue
            column = flat(table, each) if not each.roles else table[each.name].combine_chunks().flatten().field("role")
            missing = set(vocabulary(codes).codes) - set(column.to_pylist())
            if missing:
                found[f"{name}.{each.name}"] = missing
    return found


def test_every_code_of_every_vocabulary_is_used_where_it_can_be():
    ended = {code for code, phase in vocabulary("introduction_states").column("phase").items() if phase == "ended"}
    unused = unused_codes(generate(people=5000, seed=1).tables)
    # De-identified research data is another thing than a programme; nothing goes on from an ended state.
    assert unused == {"person.basis": {"research"}, "introduction_event.source": ended}


def test_the_demo_shows_every_code_of_people_and_contacts(programme):
    tables = {name: table for name, table in programme.tables.items() if not name.startswith("introduction")}
    assert unused_codes(tables) == {"person.basis": {"research"}}


def test_a_programme_loads_into_a_store_in_one_transaction_and_twice_changes_nothing(programme, tmp_path):
    with open_store(f"sqlite:///{tmp_path / 'x.db'}") as store:
        tables = resolve(programme.tables, lambda kind, source, keys: internal_ids(store.secret, kind, source, keys))
        first = store.append_all(list(tables.items()))
        again = store.append_all(list(tables.items()))
        somebody = store.get("person", store.internal_id("person", "local", "L0000001"))
    assert first.added == sum(table.num_rows for table in tables.values())
    assert (again.added, again.changed) == (0, 0)
    assert somebody["key"] == "L0000001"


def test_blocks_can_be_loaded_one_after_the_other(tmp_path):
    small = generate(people=2500, seed=5, months=6, profile=Profile(region_people=50))
    with open_store(f"sqlite:///{tmp_path / 'x.db'}") as store:
        for batch in small.batches():
            tables = resolve(batch, lambda kind, source, keys: internal_ids(store.secret, kind, source, keys))
            store.append_all(list(tables.items()))
        assert store.count("person") == 2500
        assert small.blocks == 2


def test_the_first_day_has_the_roster_alone_and_its_rows_stay_the_same_later(programme):
    cold = generate(people=1000, seed=1, cold=True).tables
    assert list(cold) == ["person", "subgroup", "organization", "affiliation"]
    for name, table in cold.items():
        later = programme.tables[name]
        same = later.filter(pc.is_in(later["id"], value_set=table["id"].combine_chunks()))
        assert same.equals(table)
    assert {roles[0] for roles in cold["person"]["roles"].to_pylist()} == {
        "learner", "coordinator", "counsellor", "teacher",
    }  # fmt: skip


def test_nobody_is_real(programme):
    people, organizations = programme.tables["person"], programme.tables["organization"]
    assert set(people["family_name"].to_pylist()) <= set(FAMILY)
    assert all(each is None or each.endswith("@example.org") for each in people["email"].to_pylist())
    assert all(each is None or each.startswith("+1-555-01") for each in people["phone"].to_pylist())
    assert all(
        any(word in name for word in ("Example", "Sample", "Specimen")) for name in organizations["name"].to_pylist()
    )


def test_nothing_happens_before_the_first_day_after_the_last_or_outside_an_enrolment(programme):
    tables = programme.tables
    days = tables["interaction"]["date"]
    assert pc.min(days).as_py() >= programme.first_day
    assert pc.max(days).as_py() <= programme.as_of
    enrolled = {}
    for row in tables["affiliation"].to_pylist():
        if row["relation"] == "enrolled_at":
            begin, end = enrolled.get(row["person"], (date.max, date.min))
            enrolled[row["person"]] = (min(begin, row["since"]), max(end, row["until"] or date.max))
    for row in tables["interaction"].to_pylist():
        for who in row["participants"]:
            if who["id"] in enrolled:
                begin, end = enrolled[who["id"]]
                assert begin <= row["date"] <= end


def test_no_interval_ends_before_it_begins(programme):
    for table in programme.tables.values():
        if {"since", "until"} <= set(table.column_names):
            assert table.filter(pc.less(table["until"], table["since"])).num_rows == 0


def test_the_coordinator_who_left_meets_nobody_afterwards_and_hands_the_caseload_over(programme):
    tables = programme.tables
    gone = [
        row
        for row in tables["affiliation"].to_pylist()
        if row["relation"] == "coordinates" and row["until"] is not None
    ]
    assert len(gone) == 1
    left = gone[0]["until"]
    for row in tables["interaction"].to_pylist():
        assert gone[0]["person"] not in {who["id"] for who in row["participants"]} or row["date"] <= left
    caseload = tables["caseload"].to_pylist()
    mine = {row["learner"] for row in caseload if row["adult"] == gone[0]["person"]}
    taken = {row["learner"] for row in caseload if row["since"] > left and row["role"] == "coordinator"}
    assert 0.7 < len(mine & taken) / len(mine) < 1


@pytest.mark.parametrize("arguments", [{"people": 10}, {"people": 10**9}, {"months": 1}])
def test_a_programme_of_an_impossible_size_is_refused(arguments):
    with pytest.raises(UnknownParameter):
        generate(**arguments)


def test_keys_are_resolved_everywhere_and_everything_else_stays(programme):
    tables = programme.tables
    resolved = resolve(tables, lambda kind, source, keys: [f"{kind}|{source}|{key}" for key in keys])
    ties, plain = resolved["stated_tie"], tables["stated_tie"]
    assert ties["id"][0].as_py() == f"stated_tie|synthetic|{plain['id'][0].as_py()}"
    assert ties["alter"][0].as_py() == f"person|local|{plain['alter'][0].as_py()}"
    assert ties.drop(["id", "ego", "alter"]).equals(plain.drop(["id", "ego", "alter"]))
    first = resolved["interaction"]["participants"][0].as_py()
    assert [each["id"] for each in first] == [
        f"person|local|{each['id']}" for each in tables["interaction"]["participants"][0].as_py()
    ]
    assert resolved["interaction"].schema == pa.schema(KINDS["interaction"].schema)
