"""The same answers with and without a server, byte for byte, though the secrets of the two stores differ."""

from pathlib import Path

import pytest

from graph_service.cli.app import run

COLUMNS = ["--column", "date=time", "--column", "from=sender", "--column", "to=recipient"]
OPTIONS = ["--half-life", "none", "--weights", "unit"]
QUESTIONS = {
    "measure": ["measure", "--as-of", "2004-05-15", *OPTIONS, "--measures", "network_size,effective_size,constraint"],
    "decayed": ["measure", "--as-of", "2004-05-15", "--measures", "all", "--reasons"],
    "growth": ["growth", "--from", "2004-04-30", "--to", "2004-05-15", *OPTIONS],
}


def ask(words: list[str], output: Path) -> bytes:
    try:
        run([*words, "--output", str(output)])
    except SystemExit as end:
        assert not end.code, words
    return output.read_bytes()


@pytest.fixture
def two_stores(tmp_path, empty_neo4j, reference_data, monkeypatch):
    """The college messages in a file and in a server, loaded from the command line."""
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    monkeypatch.setenv("GRAPH_SERVICE_NEO4J_USER", empty_neo4j.user)
    monkeypatch.setenv("GRAPH_SERVICE_NEO4J_PASSWORD", empty_neo4j.password)
    messages = reference_data / "college-messages" / "messages.csv"
    stores = [f"sqlite:///{tmp_path}/x.db", empty_neo4j.uri]
    for store in stores:
        words = ["--store", store, "load", "interactions", str(messages), *COLUMNS, "--kind", "message"]
        with pytest.raises(SystemExit) as end:
            run([*words, "--person-role", "learner", "--basis", "research"])
        assert not end.value.code
    return stores


def test_both_stores_give_the_same_tables_and_the_same_introductions(two_stores, tmp_path):
    for name, words in QUESTIONS.items():
        answers = [ask(["--store", store, *words, "--format", "csv"], tmp_path / f"{name}.csv") for store in two_stores]
        assert answers[0] == answers[1], name
        assert answers[0].count(b"\n") == 1102
    words = ["introduce", "--learner", "9", "--as-of", "2004-05-15", "--limit", "5", "--format", "json"]
    answers = [ask(["--store", store, *words], tmp_path / "i.json") for store in two_stores]
    assert answers[0] == answers[1]
