"""Members and tokens from the command line."""

import json

import pytest

from graph_service.cli.app import run


@pytest.fixture
def line(town, capsys):
    def told(*words):
        with pytest.raises(SystemExit) as ended:
            run(["--store", town.store.url, *words])
        return ended.value.code, capsys.readouterr()

    return told


def test_a_token_is_printed_once_listed_without_its_secret_and_revoked(line):
    code, said = line("tokens", "issue", "--name", "nightly", "--sites", "north")
    token = said.out.strip()
    assert not code and token.startswith("gst_")
    _, said = line("tokens", "list", "--format", "json")
    (row,) = json.loads(said.out)["rows"]
    assert row["name"] == "nightly" and token.split("_")[2] not in said.out
    assert not line("tokens", "revoke", row["id"])[0]
    assert json.loads(line("tokens", "list", "--format", "json")[1].out)["rows"] == []


def test_a_member_is_let_in_and_out(line):
    account = ("--issuer", "https://login.example.org", "--subject", "a1")
    assert not line("members", "add", *account, "--whole")[0]
    (row,) = json.loads(line("members", "list", "--format", "json")[1].out)["rows"]
    assert (row["subject"], row["role"], row["whole"]) == ("a1", "coordinator", True)
    assert not line("members", "remove", row["id"])[0]


def test_scope_is_always_said_and_only_known_sites_are_named(line):
    assert line("tokens", "issue", "--name", "x")[0] == 2
    assert line("tokens", "issue", "--name", "x", "--sites", "atlantis")[0] == 2
    assert line("tokens", "issue", "--name", "x", "--whole", "--role", "wizard")[0] == 3
