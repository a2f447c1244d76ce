"""The facts in Neo4j are a graph that a person can explore with Cypher, and nobody else's data is touched."""

from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest

from graph_service.errors import NewerStore, NotFound, NotOurStore, SettingsError, StoreRefused
from graph_service.store.opening import open_store
from graph_service.store.store import Store
from tests.contract.conftest import DAY, meeting, organization, person


@pytest.fixture
def store(neo4j_url: str) -> Iterator[Store]:
    with open_store(neo4j_url) as opened:
        yield opened


@pytest.fixture
def explored(store: Store, empty_neo4j: Any) -> Any:
    """A small programme, and a way to ask about it."""
    store.put("organization", organization("district", kind="district"))
    store.put("organization", organization("school", kind="school", parent="district"), organization("acme"))
    ana, bo = person(store, "ana"), person(store, "bo", roles=["mentor", "coordinator"])
    store.put("person", ana, bo)
    members = [{"id": ana["id"], "role": "learner"}, {"id": bo["id"], "role": "mentor"}]
    store.put("interaction", meeting("i1", host="acme") | {"participants": members})
    since = date(2025, 9, 1)
    store.put(
        "affiliation",
        {"id": "a1", "person": ana["id"], "organization": "school", "relation": "enrolled_at", "since": since},
        {"id": "a2", "person": bo["id"], "organization": "acme", "relation": "works_at", "until": DAY},
    )
    return empty_neo4j


def test_a_learner_took_part_in_an_interaction_that_an_employer_hosted(explored: Any) -> None:
    found = explored.run(
        "MATCH (p:Person:Learner)-[t:TOOK_PART]->(i:Interaction)-[:HOSTED_BY]->(o:Organization:Employer) "
        "RETURN p.key AS person, t.role AS role, toString(i.date) AS date, o.name AS host"
    )
    assert found == [{"person": "ana", "role": "learner", "date": "2026-03-02", "host": "Acme Example"}]


def test_where_somebody_works_or_learns_is_one_step_with_its_dates(explored: Any) -> None:
    found = explored.run(
        "MATCH (p:Person)-[r:WORKS_AT|ENROLLED_AT]->(o:Organization) OPTIONAL MATCH (o)-[:PART_OF]->(d:Organization) "
        "RETURN p.key AS person, type(r) AS how, toString(r.since) AS since, toString(r.until) AS until, "
        "d.name AS within ORDER BY person"
    )
    assert found == [
        {"person": "ana", "how": "ENROLLED_AT", "since": "2025-09-01", "until": None, "within": "District Example"},
        {"person": "bo", "how": "WORKS_AT", "since": None, "until": "2026-03-02", "within": None},
    ]


def test_labels_follow_what_somebody_is_and_change_with_it(explored: Any, store: Store) -> None:
    def labels() -> dict[str, set[str]]:
        found = explored.run("MATCH (p:Person) RETURN p.key AS key, labels(p) AS labels")
        return {row["key"]: set(row["labels"]) - {"Record", "Person"} for row in found}

    assert labels() == {"ana": {"Learner"}, "bo": {"Professional", "Staff"}}
    store.put("person", person(store, "ana", roles=["alum"]))
    assert labels() == {"ana": {"Professional"}, "bo": {"Professional", "Staff"}}


def test_an_affiliation_that_ends_or_changes_takes_its_direct_relationship_with_it(explored: Any, store: Store) -> None:
    ana = person(store, "ana")["id"]
    store.put("affiliation", {"id": "a1", "person": ana, "organization": "school", "relation": "alum_of"})
    store.retract("affiliation", ["a2"])
    found = explored.run("MATCH (:Person)-[r]->(:Organization) RETURN type(r) AS how, r.since AS since")
    assert found == [{"how": "ALUM_OF", "since": None}]


def test_ended_versions_are_nodes_that_the_live_graph_does_not_meet(explored: Any, store: Store) -> None:
    store.put("interaction", meeting("i1", person(store, "ana")["id"], person(store, "bo")["id"], minutes=20))
    store.retract("affiliation", ["a1"])
    found = explored.run(
        "MATCH (h:History) RETURN labels(h) AS labels, h.id AS id, COUNT { (h)--() } AS degree ORDER BY id"
    )
    assert found == [
        {"labels": ["History", "AffiliationHistory"], "id": "a1", "degree": 0},
        {"labels": ["History", "InteractionHistory"], "id": "i1", "degree": 0},
    ]


def test_every_kind_has_a_unique_id(explored: Any) -> None:
    from graph_service.records.registry import KINDS

    found = explored.run("SHOW CONSTRAINTS YIELD type, labelsOrTypes, properties WHERE properties = ['id']")
    assert {kind.label for kind in KINDS.values()} <= {row["labelsOrTypes"][0] for row in found}


def test_a_database_of_somebody_else_is_refused_and_left_alone(empty_neo4j: Any, neo4j_url: str) -> None:
    empty_neo4j.run("CREATE (:Customer {name: 'somebody real'})")
    with pytest.raises(NotOurStore):
        open_store(neo4j_url)
    empty_neo4j.run("CREATE (:Meta {one: 1, id: 'of another program'})")
    with pytest.raises(NotOurStore):
        open_store(neo4j_url)
    assert empty_neo4j.run("MATCH (n:Customer) RETURN count(n) AS n") == [{"n": 1}]


def test_a_command_that_only_looks_makes_no_store_of_an_empty_database(empty_neo4j: Any, neo4j_url: str) -> None:
    with pytest.raises(NotFound):
        open_store(neo4j_url, create=False)
    assert empty_neo4j.run("MATCH (n) WHERE NOT n:GraphServiceTestDatabase RETURN count(n) AS n") == [{"n": 0}]


def test_a_store_of_a_newer_version_is_refused(explored: Any, neo4j_url: str) -> None:
    explored.run("MATCH (d:Declared {kind: 'person'}) SET d.fields = '[\"id_source\", \"of_the_future\"]'")
    with open_store(neo4j_url) as store, pytest.raises(NewerStore):
        store.put("person", person(store, "cy"))
    explored.run("MATCH (m:Meta) SET m.layout = 99")
    with pytest.raises(NewerStore):
        open_store(neo4j_url)


def test_the_check_finds_a_record_whose_reference_somebody_deleted(explored: Any, store: Store) -> None:
    assert store.engine.check() == []
    explored.run("MATCH (:Affiliation {id: 'a2'})-[r:AT]->() DELETE r")
    assert store.engine.check() == ["1 records of kind affiliation have no organization"]


def test_credentials_in_the_address_and_unsafe_ways_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GRAPH_SERVICE_NEO4J_PASSWORD", "not a real password")
    for url in (
        "neo4j://neo4j:secret@localhost:7687",
        "neo4j://graph.example.org",
        "bolt://192.0.2.1:7687",
        "neo4j+ssc://graph.example.org",
    ):
        with pytest.raises(SettingsError):
            open_store(url)


def test_no_password_at_all_is_said_before_anything_is_tried(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("GRAPH_SERVICE_NEO4J_PASSWORD", raising=False)
    with pytest.raises(StoreRefused, match="GRAPH_SERVICE_NEO4J_PASSWORD"):
        open_store("neo4j://localhost:7687")
