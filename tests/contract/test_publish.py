"""What is published into a Neo4j store: derived, pseudonymous, logged, and gone with the person."""

from typing import Any

import pytest

import graph_service as gs
from graph_service.actions.publishing import NeedsServer, publish, withdraw
from graph_service.disclosure.scope import OWNER, Actor
from graph_service.errors import NotYours
from tests.contract.conftest import DAY
from tests.world import World

MEASURES = ["network_size", "constraint"]


@pytest.fixture
def programme(neo4j_url: str) -> Any:
    with gs.open(neo4j_url) as opened:
        world = World(opened)
        world.learners("ana", "bo", "cy")
        world.person("eng", "mentor", given_name="Eng", family_name="Example")
        world.log("meeting", "ana", "bo", on="2026-03-01")
        world.log("meeting", "ana", "eng:mentor", on="2026-03-02")
        yield opened


def published(server: Any) -> list[tuple[str, ...]]:
    found = server.run(
        "MATCH (a:PublishedPerson)-[t:KNOWS]-(b:PublishedPerson) WHERE a.id < b.id "
        "RETURN a.id AS a, b.id AS b, t.state AS state, t.contacts AS contacts"
    )
    return sorted((row["a"], row["b"], row["state"], str(row["contacts"])) for row in found)


def test_ties_and_measures_are_published_without_names(programme: Any, empty_neo4j: Any) -> None:
    snapshot = programme.snapshot(DAY)
    publish(programme.store, OWNER, snapshot, MEASURES)
    ids = dict(zip(snapshot.keys, snapshot.people.ids, strict=True))
    expected = {tuple(sorted((ids["ana"], ids["bo"]))), tuple(sorted((ids["ana"], ids["eng"])))}
    assert {pair[:2] for pair in published(empty_neo4j)} == expected
    nodes = empty_neo4j.run("MATCH (p:PublishedPerson) RETURN p, p:PublishedLearner AS learner ORDER BY p.id")
    told = {row["p"]["id"]: row for row in nodes}
    measured = snapshot.measure(MEASURES)
    assert told[ids["ana"]]["p"]["network_size"] == measured.loc["ana", "network_size"]
    assert told[ids["ana"]]["p"]["constraint"] == measured.loc["ana", "constraint"]
    assert told[ids["ana"]]["learner"] and not told[ids["eng"]]["learner"]
    # Cy has no ties: the size of that network is zero, its constraint is not known.
    assert told[ids["cy"]]["p"]["network_size"] == 0 and "constraint" not in told[ids["cy"]]["p"]
    assert not {"key", "given_name", "family_name", "name"} & {name for row in nodes for name in row["p"]}
    assert [entry.action for entry in programme.store.revisions()][-1] == "publish"


def test_publishing_again_replaces_and_withdrawing_leaves_nothing(programme: Any, empty_neo4j: Any) -> None:
    publish(programme.store, OWNER, programme.snapshot(DAY), MEASURES, named=True)
    named = empty_neo4j.run("MATCH (p:PublishedPerson {key: 'eng'}) RETURN p.given_name AS name")
    assert named == [{"name": "Eng"}]
    publish(programme.store, OWNER, programme.snapshot("2026-03-01"), MEASURES)
    assert len(published(empty_neo4j)) == 1
    assert empty_neo4j.run("MATCH (p:PublishedPerson) WHERE p.key IS NOT NULL RETURN p") == []
    before = programme.store.since("person").num_rows
    withdraw(programme.store, OWNER, today=DAY)
    assert empty_neo4j.run("MATCH (p:PublishedPerson) RETURN count(p) AS n") == [{"n": 0}]
    assert programme.store.since("person").num_rows == before and programme.store.engine.check() == []
    assert programme.store.get("publication", "published")["withdrawn"]


def test_who_is_erased_is_gone_from_what_is_published(programme: Any, empty_neo4j: Any) -> None:
    publish(programme.store, OWNER, programme.snapshot(DAY), MEASURES, named=True)
    eng = programme.store.internal_id("person", "local", "eng")
    programme.store.erase("person", [eng])
    assert empty_neo4j.run("MATCH (p:PublishedPerson {id: $id}) RETURN p", id=eng) == []
    assert len(published(empty_neo4j)) == 1


def test_only_whoever_sees_the_whole_programme_publishes_and_only_into_a_server(
    programme: Any, sqlite_url: str
) -> None:
    with pytest.raises(NotYours):
        publish(programme.store, Actor("m", "mentor"), programme.snapshot(DAY), MEASURES)
    with pytest.raises(NotYours):
        withdraw(programme.store, Actor("c", "coordinator", sites=frozenset({"a"})), today=DAY)
    with gs.open(sqlite_url) as embedded, pytest.raises(NeedsServer, match="export"):
        publish(embedded.store, OWNER, embedded.snapshot(DAY), MEASURES)
