"""The evidence from which ties are derived: interactions, and what people say of whom they know."""

from graph_service.records.kind import (
    Between,
    Bool,
    Code,
    Date,
    Float,
    Int,
    Json,
    Kind,
    Positive,
    Text,
    field,
    many,
    participants,
    refers,
)

INTERACTION = Kind(
    "interaction",
    """A dated contact between people: the evidence from which ties are derived.""",
    (
        field("date", Date, "day of the contact, in the programme's time zone"),
        field("time", Text, "time of day as given", optional=True),
        field("kind", Code("interaction_kinds"), "what it was: gives weight, stage and whether it makes ties"),
        field("mode", Code("modes"), "in person, virtual, hybrid, school based, simulated", default="in_person"),
        field("minutes", Positive, "length", unit="min", optional=True),
        participants(
            "participants",
            "person",
            "participation_roles",
            "who took part, and as what; at least two",
            edge="TOOK_PART",
            reverse=True,
            at_least=2,
        ),
        field(
            "pairs",
            Json,
            "pairs who really spoke, as positions among the participants: [[0, 2]]; in a group only these are tied",
            optional=True,
        ),
        refers("host", "organization", "the organisation that hosted", optional=True, edge="HOSTED_BY"),
        field("activity", Code("activities"), "the activity it was part of", optional=True),
        field("service_line", Code("service_lines"), "the intermediary's service line", optional=True),
        field("source", Text, "the feed it came from", default="local"),
        field("asserted_by", Text, "who recorded it (role or internal id)", optional=True),
        field("evidence", Code("evidence_grades"), "how well it is known", default="imported"),
        field("help", Code("help_directions"), "who helped whom", optional=True),
        many("resources", Code("resources"), "help that was given"),
        field("introduced_by", Text, "id of the introduction that it followed from", optional=True),
        field("context", Text, "the setting: site, project or class", optional=True),
    ),
    label="Interaction",
    evidence=True,
    personal="education record",
)

STATED_TIE = Kind(
    "stated_tie",
    """That somebody says they know somebody, how close, in which wave: the `stated` layer.""",
    (
        refers("ego", "person", "who says it", edge="STATES", reverse=True),
        refers("alter", "person", "whom they know", edge="ABOUT"),
        field("wave", Text, "the survey wave"),
        field("date", Date, "day it was said"),
        field("closeness", Float, "answer on the item's scale", optional=True),
        field("scale", Between(2, 100, Int), "number of steps of the scale (answers 1..scale)", optional=True),
        field("relation", Code("relations"), "what the person is to them", optional=True),
        many("contexts", Text, "settings in which they know each other"),
        field("instrument", Text, "instrument and version", optional=True),
        many("resources", Code("resources"), "help received"),
        field("private", Bool, "seen by nobody else", default=False),
    ),
    label="StatedTie",
    evidence=True,
    personal="education record",
)

RELATION = Kind(
    "relation",
    """What a person is to another: an attribute of the pair, dated, never a label of the person.""",
    (
        refers("ego", "person", "to whom", edge="HAS", reverse=True),
        refers("alter", "person", "who", edge="WITH"),
        field("relation", Code("relations"), "as what"),
        field("since", Date, "first day", optional=True),
        field("until", Date, "last day", optional=True),
        field("private", Bool, "seen by nobody but ego", default=False),
    ),
    label="Relation",
    personal="education record",
)

CONSENT = Kind(
    "consent",
    """That a person, or a guardian for them, allowed or refused one purpose, from day to day.""",
    (
        refers("person", "person", "whose data it is about", edge="GAVE", reverse=True),
        field("purpose", Code("consent_purposes"), "for what"),
        field("granted", Bool, "allowed (true) or refused (false)", default=True),
        field("by", Code("consent_givers"), "who gave it", default="self"),
        field("since", Date, "first day"),
        field("until", Date, "last day", optional=True),
        field("method", Text, "how it was given: form, link, paper", optional=True),
        field("document", Text, "reference of the signed form", optional=True),
    ),
    label="Consent",
    evidence=True,
    personal="consent",
)

CLEARANCE = Kind(
    "clearance",
    """The result of an adult's screening and its expiry; never the report itself.""",
    (
        refers("person", "person", "the adult", edge="CLEARED", reverse=True),
        field("kind", Code("clearance_kinds"), "what was checked", default="record_check"),
        field("result", Code("clearance_results"), "what came of it"),
        field("since", Date, "valid from"),
        field("until", Date, "valid to", optional=True),
        field("authority", Text, "who checked", optional=True),
    ),
    label="Clearance",
    evidence=True,
    personal="clearance",
)
