"""The intermediary's work as an actor may see it: the lists of `graph_service.wbl` over a scoped reader."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from graph_service.disclosure.scope import ScopedReader
from graph_service.wbl import (
    brokering,
    convenings,
    coverage,
    directory,
    employers,
    experiences,
    forecast,
    instruments,
    partners,
    pathways,
    planning,
    reach,
    rules,
    wages,
)
from graph_service.wbl.community import CommunityPage, community_page
from graph_service.wbl.employer import EmployerPage, employer_page
from graph_service.wbl.employers import WAY_BACK
from graph_service.wbl.placement import PlacementPage, placement_page
from graph_service.wbl.work import Work


@dataclass(frozen=True)
class NearAsk:
    """An ask that another school made within the window. by: internal id of who asked; name: what they are called."""

    date: date
    school: str | None
    by: str | None
    name: str | None


#: What can be listed, by name.
LISTS: dict[str, Callable[..., tuple[Any, ...]]] = {
    "intermediaries": directory.intermediaries,
    "stakeholders": directory.stakeholders,
    "coverage": coverage.coverage,
    "caseloads": coverage.caseloads,
    "partners": partners.partners,
    "employers": employers.employers,
    "champions": employers.champions,
    "slots": experiences.slots,
    "experiences": experiences.experiences,
    "modes": experiences.by_mode,
    "forecast": forecast.forecast,
    "priorities": pathways.priorities,
    "pathways": pathways.pathways,
    "assessment": planning.assessment,
    "actions": planning.steps,
    "sites": planning.sites,
    "gaps": reach.gaps,
    "visions": reach.visions,
    "convenings": convenings.convenings,
    "colleagues": convenings.colleagues,
    "transitions": reach.transitions,
}


def work_of(reader: ScopedReader, as_of: date) -> Work:
    """The records of a day; those about learners only where the actor sees the learner."""
    if reader.sees_all:
        return Work(reader, as_of)
    snapshot = reader.snapshot(as_of)
    assert snapshot.people is not None
    ids = snapshot.people.ids
    return Work(reader, as_of, frozenset(ids[at] for at in reader.learners(snapshot).tolist()))


#: Lists that ask which occupations are in demand and sustain a family.
BY_WAGE = ("priorities", "pathways")
#: Lists that are read off the networks of the day.
BY_NETWORK = ("gaps", "visions", "transitions", "convenings", "colleagues")


def listed(reader: ScopedReader, name: str, as_of: date, wage_rule: Path | None = None) -> tuple[Any, ...]:
    """One of the lists, as frozen rows. wage_rule: the programme's file; default the shipped example.

    Raises BadWageRule.
    """
    make = LISTS[name]
    work = work_of(reader, as_of)
    if name == "experiences":
        reader.note_ids(name, (row["learner"] for row in work.rows("experience")))
    if name in BY_NETWORK:
        return make(work, reader.snapshot(as_of))
    return make(work, wages.read(wage_rule)) if name in BY_WAGE else make(work)


def wage_rule(path: Path | None = None) -> wages.WageRule:
    """The rule of a file, or the shipped example. Raises BadWageRule."""
    return wages.read(path)


def employer_of(reader: ScopedReader, as_of: date, key: str) -> EmployerPage | None:
    """One employer by its key; None where there is none."""
    return employer_page(work_of(reader, as_of), key)


def asks_near(reader: ScopedReader, day: date, employer: str, school: str | None, on: date) -> tuple[NearAsk, ...]:
    """Asks of other schools to an employer (internal id) within the window, with who asked."""
    work = work_of(reader, day)
    return tuple(
        NearAsk(row["date"], work.name(row["school"]), row["by"], work.names.get(row["by"] or ""))
        for row in employers.conflicts(work, employer, school, on)
        if row["answer"] != "handed_on"
    )


def community_of(reader: ScopedReader, as_of: date, id: str, instrument: Path | None = None) -> CommunityPage | None:
    """One community by its id; None where there is none. instrument: the programme's own. Raises BadInstrument."""
    return community_page(work_of(reader, as_of), reader.snapshot(as_of), id, instruments.read(instrument))


def placement_of(reader: ScopedReader, as_of: date, id: str, rule_file: Path | None = None) -> PlacementPage | None:
    """One placement by its id; None where there is none in scope. rule_file: the state's own. Raises BadRules."""
    found = placement_page(work_of(reader, as_of), id, rules.read(rule_file))
    if found is not None:
        reader.note_ids("experience", (found.learner_id,))
    return found


def brokered(reader: ScopedReader, as_of: date) -> brokering.Brokered:
    """Proposed places for learners, and the methods side by side; the least-served group is of family income."""
    work = work_of(reader, as_of)
    groups = {
        row["person"]: f"low income: {row['value']}"
        for row in work.rows("subgroup")
        if row["attribute"] == "low_income"
    }
    return brokering.broker(work, reader.snapshot(as_of), groups)


def checked(path: Path | None = None) -> instruments.Instrument:
    """An instrument of self-assessment. Raises BadInstrument."""
    return instruments.read(path)


def proposed(reader: ScopedReader, as_of: date, instrument: Path | None = None) -> tuple[instruments.Evidence, ...]:
    """The evidence and gaps that the records propose for an instrument; default the shipped one."""
    return instruments.evidence(work_of(reader, as_of), instruments.read(instrument))


__all__ = [
    "LISTS", "WAY_BACK", "NearAsk", "asks_near", "brokered", "checked", "community_of", "employer_of", "listed",
    "placement_of", "proposed", "wage_rule", "work_of",
]  # fmt: skip
