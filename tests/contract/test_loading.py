"""The same files give the same records on both engines, once, again, cut off and taken back."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from graph_service.actions.ingest import check, ingest, undo
from graph_service.store.opening import open_store
from graph_service.store.store import Store
from loaders.options import LoadOptions
from tests.unit.loads import MESSAGES, contents
from tests.unit.rosters import FULL_11, write_roster

KINDS = ("person", "organization", "affiliation", "relation", "subgroup", "interaction")
ROWS = ["2004-04-15T07:56:01,1,2", "2004-04-15T07:56:01,1,2", "2004-04-16,3,1", "soon,1,2", "2004-04-17,2,2"]


@pytest.fixture
def store(store_url: str) -> Iterator[Store]:
    with open_store(store_url) as opened:
        yield opened


@pytest.fixture
def messages(tmp_path: Path) -> Path:
    file = tmp_path / "messages.csv"
    file.write_text("\n".join(["time,sender,recipient", *ROWS]))
    return file


def test_contacts_load_once_and_loading_them_again_takes_no_revision(store: Store, messages: Path) -> None:
    assert check(store, "interactions", messages, MESSAGES).added == 6
    receipt = ingest(store, "interactions", messages, replace(MESSAGES, batch=2))
    assert (receipt.added, receipt.rejected) == (6, 2)
    revision, before = store.revision(), contents(store, *KINDS)
    assert ingest(store, "interactions", messages, MESSAGES).unchanged == 3
    assert store.revision() == revision and contents(store, *KINDS) == before


def test_a_load_is_taken_back_whole(store: Store, messages: Path) -> None:
    receipt = ingest(store, "interactions", messages, MESSAGES)
    undo(store, receipt.load)
    assert contents(store, *KINDS) == {kind: {} for kind in KINDS}
    assert store.find("load")[0]["state"] == "undone"


def test_a_roster_ends_affiliations_when_that_is_confirmed(store: Store, tmp_path: Path) -> None:
    ingest(store, "oneroster", write_roster(tmp_path / "a", FULL_11))
    before = contents(store, *KINDS)
    users = [line for line in FULL_11["users"] if not line.startswith("bo,")]
    partial = write_roster(tmp_path / "b", FULL_11 | {"users": users})
    assert ingest(store, "oneroster", partial).removals == 1
    receipt = ingest(store, "oneroster", partial, LoadOptions(remove=1))
    assert receipt.removed == 1
    assert len([each for each in store.find("affiliation") if each["until"] is not None]) == 1
    undo(store, receipt.load)
    assert contents(store, *KINDS) == before
