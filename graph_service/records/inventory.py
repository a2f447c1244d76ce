"""The inventory of personal data: for each sort of it the purpose, the basis, who may see it, how long it is kept.

Kinds and fields name their sort (`Kind.personal`, `Field.personal`); there is no kind without a word on it.
The page `docs/data-inventory.md`, the access file and retention all read these declarations.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from graph_service.records.kind import Field, Kind
from graph_service.records.registry import KINDS

Ends = Literal["person", "text", "record", "log"]


@dataclass(frozen=True)
class Retention:
    """How long a class of data is kept, and what happens then.

    days: after `begins`; ends: the person is erased, a text is emptied, the record is deleted, lines are deleted.
    """

    name: str
    days: int
    begins: str
    ends: Ends

    @property
    def says(self) -> str:
        years, rest = divmod(self.days, 365)
        span = (
            f"{years} years" if years > 1 and not rest else "1 year" if years == 1 and not rest else f"{self.days} days"
        )
        return f"{span} after {self.begins}"


RETENTION = {
    each.name: each
    for each in (
        Retention("programme", 3 * 365, "the person left and the last contact", "person"),
        Retention("named", 2 * 365, "the last contact of somebody who agreed to nothing", "person"),
        Retention("text", 365, "the introduction ended", "text"),
        Retention("screening", 3 * 365, "the check ran out", "record"),
        Retention("service", 365, "it ended", "record"),
        Retention("audit", 6 * 365, "the day it is of", "record"),
        Retention("shown", 3 * 365, "the day it was shown", "log"),
    )
}


@dataclass(frozen=True)
class Element:
    """A sort of personal data."""

    name: str
    says: str
    purpose: str
    basis: str
    seen_by: tuple[str, ...]
    kept: str | None = None


_STAFF = ("coordinator", "admin")
_SELF = "the person"
ELEMENTS = {
    each.name: each
    for each in (
        Element(
            "education record",
            "what a learner does in the programme, with whom, and what came of it",
            "to see, grow and measure learners' professional networks",
            "school official, or written consent where the programme is outside the school",
            (*_STAFF, _SELF),
        ),
        Element(
            "name",
            "given and family name",
            "to tell people apart",
            "school official",
            (*_STAFF, _SELF, "an adult who was asked to meet a learner: the first name, where that was allowed"),
        ),
        Element(
            "birth date",
            "the day of birth",
            "gates only: age floor, whose consent counts",
            "school official",
            ("nobody",),
        ),
        Element("address", "email and telephone", "messages that were agreed to", "consent", (*_STAFF, _SELF)),
        Element(
            "special category",
            "membership of a subgroup: income, language, disability, ethnicity, ...",
            "to report on equity so that nobody can be told apart",
            "audit or evaluation",
            ("admin", "evaluator, as counts of at least the minimum cell", _SELF),
        ),
        Element(
            "identity",
            "that two records are one person, and accounts at sign-in providers",
            "to count each person once and to let members in",
            "school official",
            _STAFF,
        ),
        Element(
            "consent",
            "what was allowed or refused, by whom, from when",
            "to show that a disclosure was allowed",
            "legal obligation",
            (*_STAFF, _SELF),
        ),
        Element(
            "clearance",
            "the result and expiry of an adult's screening, never the report",
            "to keep minors safe",
            "legal obligation",
            (*_STAFF, _SELF),
            "screening",
        ),
        Element(
            "safeguarding",
            "concerns, and who does not want to meet whom",
            "to keep people safe",
            "legal obligation",
            ("safeguarding lead",),
        ),
        Element(
            "message",
            "what a learner writes to somebody they are introduced to",
            "to make the introduction",
            "consent",
            ("the two whom it is between", "coordinator"),
            "text",
        ),
        Element("note", "what staff write about a step", "to do the next step well", "school official", _STAFF, "text"),
        Element(
            "account",
            "who may sign in, as what",
            "to let members in and nobody else",
            "contract",
            ("admin",),
            "service",
        ),
        Element(
            "staff record",
            "what coordinators, coaches and raters did in their work",
            "to run and improve the intermediary",
            "contract",
            _STAFF,
        ),
        Element(
            "professional contact",
            "an employer's people in their work",
            "to find and keep hosts",
            "legitimate interest of the programme",
            _STAFF,
        ),
        Element(
            "rights",
            "that somebody used a right, restrictions and holds",
            "to do as they asked and to show it",
            "legal obligation",
            ("admin", _SELF),
        ),
        Element(
            "release",
            "who was counted in a table or was a row of a file that left",
            "to refuse what would single somebody out next time, and to tell recipients of an erasure",
            "legal obligation",
            ("admin", _SELF),
        ),
    )
}


def not_personal() -> list[str]:
    """Kinds that hold nothing about a person: organisations, published tables, the service's own work."""
    return sorted(of.name for of in KINDS.values() if of.personal is None)


def element_of(of: Kind, each: Field | None) -> Element | None:
    """The sort of a field (None: of the kind); None where it is nobody's data."""
    name = (each.personal if each is not None else None) or of.personal
    return None if name is None else ELEMENTS[name]


def retention_of(of: Kind, each: Field | None) -> Retention:
    """How long a field (None: the kind) is kept."""
    element = element_of(of, each)
    return RETENTION[(element.kept if element is not None else None) or of.kept]


def undeclared() -> Iterator[str]:
    """What the inventory does not know: sorts without an element, people named in what is said to be nobody's."""
    for of in KINDS.values():
        for name in {of.personal, *(each.personal for each in of.fields)} - {None}:
            if name not in ELEMENTS:
                yield f"{of.name}: there is no element {name}"
        for each in of.fields:
            about_somebody = each.type.shape == "ref" and each.type.target == "person"
            if about_somebody and of.personal is None and each.personal is None:
                yield f"{of.name}.{each.name} names a person and does not say as what"
