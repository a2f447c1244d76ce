"""What a CSV file of each kind looks like: derived from the declaration of the kind it holds."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from dataclasses import field as _field

from graph_service.errors import UnknownParameter
from graph_service.records import contacts, people, surveys, wbl_engagement, wbl_experiences, wbl_pathways
from graph_service.records.kind import Field, Kind, Text, field
from graph_service.records.vocabulary import vocabulary


@dataclass(frozen=True)
class Column:
    """One column of a file: its name, and the field of the kind that it fills.

    needed: every row has to have a value (or a constant says it). happened: the day may not lie in the future.
    people: the cell holds keys of people, in a role of an interaction.
    """

    name: str
    field: Field
    needed: bool = False
    happened: bool = False
    people: bool = False


@dataclass(frozen=True)
class Sheet:
    """The file of one kind of record.

    identity: the fields that make a record the same when a file is loaded again; none: an `id` column, or else
    the row as it was given and its place among equal rows. called: field to the name of its column. inside:
    fields that come from options, or out of other columns. docs: what a column holds where a file writes it
    in its own way. happened: days that may not lie in the future.
    """

    name: str
    kind: Kind
    doc: str
    identity: tuple[str, ...] = ()
    called: Mapping[str, str] = _field(default_factory=dict)
    inside: frozenset[str] = frozenset()
    happened: frozenset[str] = frozenset()
    more: tuple[Column, ...] = ()
    docs: Mapping[str, str] = _field(default_factory=dict)

    @property
    def columns(self) -> dict[str, Column]:
        """The columns of the file by name, in the order of a template."""
        found: dict[str, Column] = {}
        if not self.kind.keyed:
            found["id"] = Column(
                "id", field("id", Text, "the record's own id, where the source gives one", optional=True)
            )
        for each in self.kind.fields:
            if each.name in self.inside:
                continue
            name = self.called.get(each.name, each.name)
            each = replace(each, doc=self.docs.get(name, each.doc))
            needed = not each.optional and not each.many and each.default is None
            found[name] = Column(name, each, needed, each.name in self.happened)
            if each.name == "time":
                found |= {one.name: one for one in self.more}
        return found


def _participant_columns() -> tuple[Column, ...]:
    """Who took part: two people, a list of people, or a column for each role."""
    texts = {
        "from": "key of one of two people: who wrote, called or came",
        "to": "key of the other one",
        "participants": "keys of all who took part, with ; between them; key:role says the role",
    }
    for role, row in vocabulary("participation_roles").rows.items():
        if role not in ("participant", "sender", "recipient", "host"):
            texts[role] = f"key of who took part as {row['label'].lower()}; several with ; between them"
    return tuple(Column(name, field(name, Text, doc, optional=True), people=True) for name, doc in texts.items())


_PLACED = frozenset({"id_source"})

SHEETS: dict[str, Sheet] = {
    sheet.name: sheet
    for sheet in (
        Sheet(
            "people",
            people.PERSON,
            "learners, mentors, employers' contacts, staff",
            identity=("key",),
            called={"key": "id"},
            inside=_PLACED,
            happened=frozenset({"birth_date"}),
        ),
        Sheet(
            "organizations",
            people.ORGANIZATION,
            "employers, schools, districts, intermediaries",
            identity=("key",),
            called={"key": "id"},
            inside=_PLACED | {"parent"},
        ),
        Sheet(
            "affiliations",
            people.AFFILIATION,
            "who is enrolled, works or coordinates where, from when to when",
            identity=("person", "organization", "relation", "since"),
        ),
        Sheet(
            "caseload",
            people.CASELOAD,
            "which adult of the school or programme is assigned to which learner",
            identity=("adult", "learner", "role", "since"),
        ),
        Sheet(
            "interactions",
            contacts.INTERACTION,
            "dated contacts between people",
            inside=frozenset({"participants", "source"}),
            happened=frozenset({"date"}),
            more=_participant_columns(),
            docs={"pairs": "who of a group really spoke: ana & bo; bo & cy. Only these are tied then"},
        ),
        Sheet(
            "ties",
            contacts.STATED_TIE,
            "who says they know whom, how close, in which wave",
            happened=frozenset({"date"}),
        ),
        Sheet("consents", contacts.CONSENT, "what a person, or a guardian for them, allowed or refused"),
        Sheet("clearances", contacts.CLEARANCE, "results of the screening of adults, and until when they hold"),
        Sheet(
            "subgroups",
            people.SUBGROUP,
            "which learners belong to which subgroup, for equity reports",
            identity=("person", "attribute", "value", "since"),
        ),
        Sheet(
            "relations",
            contacts.RELATION,
            "what one person is to another: mentor, family, near peer",
            identity=("ego", "alter", "relation", "since"),
        ),
        Sheet("slots", wbl_experiences.SLOT, "places that employers offer for one activity"),
        Sheet("experiences", wbl_experiences.EXPERIENCE, "learners' placements and other experiences"),
        Sheet("employer-asks", wbl_engagement.EMPLOYER_ASK, "what an employer was asked, by whom, and the answer"),
        Sheet("champions", wbl_engagement.CHAMPION, "people of employers who speak for work-based learning"),
        Sheet(
            "priorities",
            wbl_pathways.PRIORITY,
            "occupations that an authority lists as priorities",
            identity=("soc", "area", "authority", "since"),
        ),
        Sheet(
            "programme-statuses",
            wbl_pathways.PROGRAMME_STATUS,
            "learners' dated status in career and technical education",
            identity=("learner", "status", "since"),
        ),
        Sheet(
            "survey-scales",
            surveys.SURVEY_SCALE,
            "scales of a survey instrument: cut points, and the measure they feed",
            identity=("instrument", "edition", "scale"),
            called={"edition": "version"},
        ),
        Sheet(
            "survey-items",
            surveys.SURVEY_ITEM,
            "items of a survey instrument: scale, ends, whether reversed",
            identity=("instrument", "edition", "item"),
            called={"edition": "version"},
        ),
        Sheet(
            "responses",
            surveys.RESPONSE,
            "answers to a survey, one row for each person and item",
            identity=("person", "instrument", "edition", "wave", "item"),
            called={"edition": "version"},
            happened=frozenset({"date"}),
        ),
    )
}


def sheet(name: str) -> Sheet:
    """The file of that name. Raises UnknownParameter.

    >>> sheet("people").columns["id"].needed
    True
    """
    try:
        return SHEETS[name]
    except KeyError:
        raise UnknownParameter(sheet=name) from None
