"""Random histories of writes give the same answers from both engines, value for value."""

import contextlib
import uuid
from datetime import date
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from graph_service.errors import ServiceError
from graph_service.records.vocabulary import vocabulary
from graph_service.store.opening import open_store
from graph_service.store.port import Guard
from graph_service.store.store import Store
from tests.contract.conftest import rows

PEOPLE, PLACES = tuple("abcde"), ("acme", "beta", "gama")
MEETINGS, AFFILIATIONS = tuple(f"i{at}" for at in range(6)), ("f0", "f1", "f2")
LATEST = date(2200, 12, 31)

# What text fields hold in the wild; a surrogate is no text.
texts = st.text(st.characters(exclude_categories=("Cs",), exclude_characters="\x00"), max_size=8)
days = st.dates(date(1900, 1, 1), LATEST)
codes = {
    name: st.sampled_from(vocabulary(name).codes)
    for name in ("person_roles", "tiers", "modes", "interaction_kinds", "participation_roles", "organization_kinds",
                 "affiliation_relations", "resources")
}  # fmt: skip


def maybe(values: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return st.none() | values


people = st.fixed_dictionaries(
    {"key": st.sampled_from(PEOPLE), "roles": st.lists(codes["person_roles"], max_size=3)},
    optional={
        "given_name": maybe(texts),
        "languages": st.lists(texts, max_size=2),
        "birth_date": maybe(days),
        "tier": maybe(codes["tiers"]),
        "capacity": maybe(st.integers(-(2**40), 2**40)),
        "exploring": st.booleans(),
        "modes": st.lists(codes["modes"], max_size=2),
    },
)
organizations = st.fixed_dictionaries(
    {"id": st.sampled_from(PLACES), "name": texts, "kind": codes["organization_kinds"]},
    optional={"parent": maybe(st.sampled_from(PLACES)), "mission": maybe(texts)},
)
members = st.tuples(st.sampled_from(PEOPLE), codes["participation_roles"])
meetings = st.fixed_dictionaries(
    {
        "id": st.sampled_from(MEETINGS),
        "date": days,
        "kind": codes["interaction_kinds"],
        "participants": st.lists(members, min_size=2, max_size=4),
    },
    optional={
        "host": maybe(st.sampled_from(PLACES)),
        "minutes": maybe(st.integers(1, 10_000)),
        "context": maybe(texts),
        "resources": st.lists(codes["resources"], max_size=2),
    },
)
affiliations = st.fixed_dictionaries(
    {
        "id": st.sampled_from(AFFILIATIONS),
        "person": st.sampled_from(PEOPLE),
        "organization": st.sampled_from(PLACES),
        "relation": codes["affiliation_relations"],
    },
    optional={"since": maybe(days), "until": maybe(days), "main": st.booleans(), "title": maybe(texts)},
)
RECORDS = {"person": people, "organization": organizations, "interaction": meetings, "affiliation": affiliations}
IDS = {"organization": PLACES, "interaction": MEETINGS, "affiliation": AFFILIATIONS}
batches = st.sampled_from([None, "b0", "b1"])

steps = st.one_of(
    *(
        st.tuples(st.just("put"), st.just(kind), st.lists(records, min_size=1, max_size=4), batches)
        for kind, records in RECORDS.items()
    ),
    *(
        st.tuples(st.just("retract"), st.just(kind), st.lists(st.sampled_from(ids), min_size=1, max_size=2), batches)
        for kind, ids in (IDS | {"person": PEOPLE}).items()
    ),
    st.tuples(st.just("undo"), st.sampled_from(["b0", "b1"])),
    st.tuples(st.just("erase"), st.just("person"), st.lists(st.sampled_from(PEOPLE), min_size=1, max_size=2)),
    st.tuples(st.just("erase"), st.just("organization"), st.lists(st.sampled_from(PLACES), min_size=1, max_size=1)),
    st.tuples(st.just("guarded"), affiliations, st.integers(0, 3)),
)


#: Most steps refer to somebody: a history that began with nobody would be refusals mostly.
BEGINNING: list[Any] = [
    ("put", "person", [{"key": key, "roles": ["learner"]} for key in PEOPLE[:4]], None),
    ("put", "organization", [{"id": id, "name": id, "kind": "employer"} for id in PLACES[:2]], "b0"),
]


def do(store: Store, step: Any) -> Any:
    """Take one step; what came of it: a receipt, or the kind of error."""
    try:
        match step:
            case "put", kind, records, batch:
                return store.put(kind, *(_record(store, kind, each) for each in records), batch=batch)
            case "retract", kind, ids, batch:
                return store.retract(kind, [_id(store, kind, id) for id in ids], batch=batch)
            case "undo", batch:
                return store.undo(batch)
            case "erase", kind, ids:
                return store.erase(kind, [_id(store, kind, id) for id in ids])
            case "guarded", record, limit:
                from graph_service.records.registry import kind as declared

                guard = Guard(declared("affiliation"), {"organization": record["organization"]}, limit)
                return store.put("affiliation", _record(store, "affiliation", record), guards=[guard])
    except ServiceError as error:
        return type(error).__name__


def _id(store: Store, kind: str, key: str) -> str:
    return store.internal_id("person", "local", key) if kind == "person" else key


def _record(store: Store, kind: str, given: dict[str, Any]) -> dict[str, Any]:
    if kind == "person":
        return given | {"id": _id(store, kind, given["key"])}
    if kind == "organization":
        return given | {"key": given["id"]}
    if kind == "affiliation":
        return given | {"person": _id(store, "person", given["person"])}
    members = [{"id": _id(store, "person", key), "role": role} for key, role in given["participants"]]
    return given | {"participants": members}


def answers(store: Store, seen: int) -> dict[str, Any]:
    """Everything that a store can be asked about so small a programme."""
    found: dict[str, Any] = {"erasures": store.erasures(), "epoch": store.meta().epoch, "last": store.revision()}
    for kind in RECORDS:
        found[kind] = rows(store.since(kind)), rows(store.since(kind, seen)), rows(store.since(kind, 0, seen))
        found[f"{kind} page"] = store.page(kind, limit=3), store.count(kind)
        ids = [_id(store, kind, key) for key in (IDS | {"person": PEOPLE})[kind]]
        found[f"{kind} one by one"] = [(store.get(kind, id), store.history(kind, id)) for id in ids[:2]]
        found[f"{kind} known"] = store.known(kind, ids)
    for key in PEOPLE[:2]:
        id = _id(store, "person", key)
        found[key] = store.contacts_of(id, LATEST), store.interactions_of(id, LATEST)
        found[f"at {key}"] = store.find("affiliation", person=id)
    found["found"] = store.find("person", roles=["learner", "mentor"]), store.find("interaction", host=None)
    found["log"] = [(entry.revision, entry.action, entry.batch) for entry in store.revisions()]
    return found


def check(history: list[Any], folder: Any, server: Any) -> None:
    server.wipe()
    with contextlib.ExitStack() as stack:
        path = folder / f"{uuid.uuid4().hex}.db"
        stores = [stack.enter_context(open_store(url)) for url in (f"sqlite:///{path}", server.uri)]
        seen = 0
        for at, step in enumerate(BEGINNING + history):
            here, there = (do(store, step) for store in stores)
            assert here == there, step
            if at == len(history) // 2:
                seen = stores[0].revision()
        here, there = (answers(store, seen) for store in stores)
        for question, answer in here.items():
            assert answer == there[question], question


_common = {
    "deadline": None,
    "suppress_health_check": [HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
    "database": None,
}


@settings(max_examples=12, derandomize=True, phases=[Phase.explicit, Phase.generate], **_common)  # type: ignore[arg-type]
@given(history=st.lists(steps, min_size=2, max_size=12))
def test_both_engines_answer_alike_after_any_history(history: list[Any], tmp_path: Any, empty_neo4j: Any) -> None:
    check(history, tmp_path, empty_neo4j)


@pytest.mark.soak
@settings(max_examples=500, **_common)  # type: ignore[arg-type]
@given(history=st.lists(steps, min_size=2, max_size=40))
def test_both_engines_answer_alike_after_any_long_history(history: list[Any], tmp_path: Any, empty_neo4j: Any) -> None:
    check(history, tmp_path, empty_neo4j)
