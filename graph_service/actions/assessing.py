"""Self-assessment and plan: a rater's answers, what raters agree on, steps that follow, and the coach's log."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from graph_service.actions import writing
from graph_service.disclosure.records import RecordReader
from graph_service.errors import InvalidRecord
from graph_service.records.registry import KINDS
from graph_service.records.resources import BY_PATH, Resource
from graph_service.records.validation import validate_records
from graph_service.store.store import Receipt, Store
from graph_service.wbl.instruments import Instrument

RATINGS, CONSENSUS = BY_PATH["ratings"], BY_PATH["consensus"]
STEPS, LOGS, COMMUNITIES = BY_PATH["action-steps"], BY_PATH["coach-logs"], BY_PATH["communities"]
#: What is said of one element: its stage, and a note (evidence, or why).
Answers = Mapping[str, tuple[str, str]]


def rate(
    store: Store, reader: RecordReader, instrument: Instrument, community: str, rater: str, round_: str,
    answers: Answers, on: date,
) -> Receipt:  # fmt: skip
    """Keep one rater's answers of a round, in one write; their own earlier answers become earlier versions.

    Answers of other raters stay as they are. Raises NotFound, NotYours, InvalidRecord where nothing is answered or
    an answer does not fit the instrument.
    """
    whose = {"community": community, "rater": rater}
    rows = [
        {"id": store.internal_id("rating", community, f"{instrument}|{round_}|{element}|{rater}"), **whose, **each}
        for element, each in _said(store, reader, instrument, community, round_, answers, on).items()
    ]
    return _keep(store, reader, RATINGS, rows, "rate")


def agree(
    store: Store, reader: RecordReader, instrument: Instrument, community: str, round_: str, answers: Answers,
    on: date, seen: Mapping[str, int],
) -> Receipt:  # fmt: skip
    """Keep what the raters agreed on, in one write.

    seen: per element the version of the agreement that was read, 0 for none. Raises StaleVersion where somebody
    else agreed on another stage meanwhile: nothing is written then. Raises NotFound, NotYours, InvalidRecord.
    """
    rows, expect = [], {}
    for element, each in _said(store, reader, instrument, community, round_, answers, on).items():
        id = store.internal_id("consensus", community, f"{instrument}|{round_}|{element}")
        # An agreement that was loaded from a file has an id of its own: it is the one to change.
        found = store.find("consensus", community=community, round=round_, element=element)
        id = found[0]["id"] if found else id
        rows.append({"id": id, "community": community, **each})
        expect["consensus", id] = seen.get(element, 0)
    return _keep(store, reader, CONSENSUS, rows, "agree", expect)


def plan_step(
    store: Store, reader: RecordReader, instrument: Instrument, community: str, values: Mapping[str, Any], on: date,
    *, repeat: str | None = None,
) -> str:  # fmt: skip
    """Add a priority step to a community's plan. Returns its id. Raises NotFound, NotYours, InvalidRecord."""
    reader.get(COMMUNITIES, community)
    lines = {each.id: each.service_line for each in instrument.elements}
    element = values.get("element") or None
    if element is not None and lines.get(element, values["service_line"]) != values["service_line"]:
        raise _wrong("element", str(element), "an element of the focus area")
    record = {**values, "element": element, "community": community, "opened": on}
    made, _ = writing.add(store, reader, STEPS, record, repeat=repeat)
    return str(made["id"])


def move_step(store: Store, reader: RecordReader, step: str, version: int, state: str) -> Receipt:
    """Say how a step stands. Raises NotFound, StaleVersion, NotYours, InvalidRecord."""
    kept = reader.get(STEPS, step)
    values = {name: kept[name] for name in KINDS["action_step"].by_name}
    return writing.correct(store, reader, STEPS, step, version, {**values, "state": state})[1]


def log_meeting(
    store: Store, reader: RecordReader, community: str, values: Mapping[str, Any], *, repeat: str | None = None
) -> str:
    """Write a coach's meeting into the log. Returns its id. Raises NotFound, NotYours, InvalidRecord."""
    reader.get(COMMUNITIES, community)
    made, _ = writing.add(store, reader, LOGS, {**values, "community": community}, repeat=repeat)
    return str(made["id"])


def _said(
    store: Store, reader: RecordReader, instrument: Instrument, community: str, round_: str, answers: Answers, on: date
) -> dict[str, dict[str, Any]]:
    """What is common to an answer and an agreement, by element."""
    reader.get(COMMUNITIES, community)
    known = {each.id for each in instrument.elements}
    if not answers:
        raise _wrong("stage", "nothing", "an answer to one element at least")
    if not round_.strip():
        raise _wrong("round", "nothing", "a name of the round")
    for element, (stage, _) in answers.items():
        if element not in known:
            raise _wrong("element", element, f"an element of {instrument}")
        if stage not in instrument.stages:
            raise _wrong("stage", stage, ", ".join(instrument.stages))
    return {
        element: {
            "instrument": str(instrument), "element": element, "stage": stage, "date": on, "round": round_.strip(),
            "note": note.strip() or None,
        }
        for element, (stage, note) in answers.items()
    }  # fmt: skip


def _keep(
    store: Store, reader: RecordReader, of: Resource, rows: list[dict[str, Any]], action: str,
    expect: Mapping[tuple[str, str], int] | None = None,
) -> Receipt:  # fmt: skip
    for row in rows:
        reader.require(of, row)
    tables = [(of.kind, validate_records(KINDS[of.kind], rows))]
    return store.append_all(tables, actor=reader.actor.name, action=action, expect=expect)


def _wrong(field: str, found: str, expected: str) -> InvalidRecord:
    return InvalidRecord(problems=[{"field": field, "found": found[:40], "expected": expected}])
