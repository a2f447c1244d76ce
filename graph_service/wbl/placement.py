"""One placement: who takes part, what may come next, each rule with its source, and all that was recorded of it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from graph_service.records.vocabulary import vocabulary
from graph_service.wbl.checking import facts_of, judge
from graph_service.wbl.experiences import Experience, Slot, experiences, slots
from graph_service.wbl.rules import Rules
from graph_service.wbl.work import Row, Work


@dataclass(frozen=True)
class RuleSeen:
    """What one rule says today; reason: why it fails or was waived."""

    rule: str
    text: Mapping[str, str]
    result: str
    until: date | None
    source: str
    reason: str | None


@dataclass(frozen=True)
class Entry:
    """Something recorded of the placement on a day: a visit, hours, an evaluation, a step."""

    date: date
    kind: str
    what: str
    text: str | None


@dataclass(frozen=True)
class PlacementPage:
    """Everything on record about one placement.

    unsigned: parties who have not signed. places: places with room for its activity, while it waits for one.
    """

    experience: Experience
    version: int
    learner_id: str
    learner: str
    supervisor: str | None
    coordinator: str | None
    course: str | None
    rules_version: str
    rules: tuple[RuleSeen, ...]
    unsigned: tuple[str, ...]
    documents: tuple[tuple[str, date, date | None], ...]
    places: tuple[Slot, ...]
    entries: tuple[Entry, ...]


def placement_page(work: Work, id: str, rules: Rules) -> PlacementPage | None:
    """The page of an experience in scope; None where there is none."""
    row = work.experiences.get(id)
    if row is None:
        return None
    mine = next(each for each in experiences(work, rules.visits) if each.id == id)
    papers = [
        each for each in work.rows("placement_document")
        if each["experience"] == id or (row["host"] is not None and each["host"] == row["host"])
    ]  # fmt: skip
    signed = {each["party"] for each in work.of_experience("agreement")[id]}
    waits = "matched" in mine.next_states
    return PlacementPage(
        mine, row["version"], row["learner"], work.names[row["learner"]], work.names.get(row["supervisor"] or ""),
        work.names.get(row["coordinator"] or ""), row["course"], rules.version, _rules(work, row, papers, rules),
        tuple(party for party in vocabulary("agreement_parties").codes if party not in signed),
        tuple(sorted((each["document"], each["since"], each["until"]) for each in papers)),
        tuple(each for each in slots(work) if waits and each.free and each.activity == row["activity"]),
        _entries(work, id),
    )  # fmt: skip


def _rules(work: Work, row: Row, papers: list[Row], rules: Rules) -> tuple[RuleSeen, ...]:
    learner = next((each for each in work.rows("person") if each["id"] == row["learner"]), {})
    cleared = [each for each in work.rows("clearance") if each["person"] == row["supervisor"]]
    checks = work.of_experience("placement_check")[row["id"]]
    texts = {each.id: each.text for each in rules.rules}
    found = judge(rules, facts_of(row, learner, papers, cleared, checks, work.as_of), work.as_of)
    return tuple(
        RuleSeen(each.rule, texts[each.rule], each.result, each.until, each.source, each.reason) for each in found
    )


def _entries(work: Work, id: str) -> tuple[Entry, ...]:
    """What was recorded, the latest first."""
    found = [Entry(each["date"], "state", each["state"], each["reason"]) for each in _of(work, "experience_event", id)]
    found += [Entry(row["date"], "visit", work.names[row["visitor"]], row["finding"]) for row in _of(work, "visit", id)]
    found += [Entry(row["date"], "hours", f"{row['hours']:g}", row["task"]) for row in _of(work, "hour_log", id)]
    for row in _of(work, "evaluation", id):
        found.append(Entry(row["date"], "evaluation", row["by"], row["evidence"]))
    return tuple(sorted(found, key=lambda each: (each.date, each.kind), reverse=True))


def _of(work: Work, kind: str, id: str) -> list[Row]:
    return work.of_experience(kind)[id]
