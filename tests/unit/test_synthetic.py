"""The generated programme: valid, the same everywhere, and nobody real."""

import pytest

from graph_service.records.identity import internal_ids
from graph_service.records.registry import KINDS
from graph_service.records.validation import validate
from graph_service.store.opening import open_store
from loaders.synthetic import generate, resolve


@pytest.fixture(scope="module")
def programme():
    return generate(people=1000, seed=1)


def test_every_table_of_a_programme_is_valid(programme):
    for name, table in programme.tables.items():
        assert validate(KINDS[name], table).problems == []


def test_a_programme_has_the_promised_numbers_of_people_and_organisations(programme):
    tables = programme.tables
    roles = [role for roles in tables["person"]["roles"].to_pylist() for role in roles[:1]]
    kinds = tables["organization"]["kind"].to_pylist()
    assert tables["person"].num_rows == 1000
    assert (roles.count("learner"), roles.count("mentor")) == (600, 80)
    assert (kinds.count("employer"), kinds.count("intermediary"), kinds.count("district")) == (120, 3, 2)


def test_a_programme_loads_into_a_store_in_one_transaction_and_twice_changes_nothing(programme, tmp_path):
    with open_store(f"sqlite:///{tmp_path / 'x.db'}") as store:
        tables = resolve(programme.tables, lambda kind, source, keys: internal_ids(store.secret, kind, source, keys))
        first = store.append_all(list(tables.items()))
        again = store.append_all(list(tables.items()))
    assert first.added == sum(table.num_rows for table in tables.values())
    assert (again.added, again.changed) == (0, 0)
