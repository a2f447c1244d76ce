"""Records that protect people: what they asked for, holds, legal bases, agreements, and what was released."""

from graph_service.records.kind import Code, Date, Int, Kind, LongText, Positive, Text, Type, field, many, refers

RIGHTS_REQUEST = Kind(
    "rights_request",
    """That somebody used a right over their data: which, when, what came of it. Erasure leaves it without a name.""",
    (
        refers("person", "person", "whose data", optional=True, edge="ASKED_BY"),
        field("right", Code("rights"), "which right"),
        field("date", Date, "day"),
        field("by", Code("consent_givers"), "who asked", default="self"),
        field("outcome", Code("rights_outcomes"), "what came of it", default="done"),
        field("fields", Text, "which fields or kinds of record it was about", optional=True),
        field(
            "statement", LongText, "the person's own statement, kept with the record", optional=True, personal="note"
        ),
    ),
    label="RightsRequest",
    evidence=True,
    personal="rights",
    kept="audit",
)

RESTRICTION = Kind(
    "restriction",
    """That a person's data is held and not used: shown on no desk, in no list, never recommended.""",
    (
        refers("person", "person", "whose data", edge="RESTRICTED", reverse=True),
        field("since", Date, "first day"),
        field("until", Date, "last day", optional=True),
        field("reason", Text, "why", optional=True),
    ),
    label="Restriction",
    evidence=True,
    personal="rights",
)

LEGAL_HOLD = Kind(
    "legal_hold",
    """That a person's records must not be erased, from one day to another: a subpoena, a claim, an inquiry.""",
    (
        refers("person", "person", "whose records", edge="HELD", reverse=True),
        field("since", Date, "first day"),
        field("until", Date, "last day", optional=True),
        field("reason", Text, "why"),
        field("authority", Text, "who asked for it", optional=True),
    ),
    label="LegalHold",
    evidence=True,
    personal="rights",
    kept="audit",
)

LEGAL_BASIS = Kind(
    "legal_basis",
    """Why people of a role may see the data of a district's learners, from one day to another.""",
    (
        field("role", Code("desk_roles"), "which desk"),
        refers(
            "organization", "organization", "district or school; none: the whole programme", optional=True, edge="AT"
        ),
        field("basis", Code("legal_bases"), "on what it rests"),
        field("purpose", Text, "for what"),
        field("document", Text, "reference of the agreement", optional=True),
        field("since", Date, "first day"),
        field("until", Date, "last day: access closes after it", optional=True),
    ),
    label="LegalBasis",
    personal=None,
    evidence=True,
    kept="audit",
)

DATA_AGREEMENT = Kind(
    "data_agreement",
    """An agreement under which de-identified records of single people may go to a recipient.""",
    (
        field("key", Text, "name of the agreement"),
        field("recipient", Text, "who receives"),
        field("purpose", Text, "for what"),
        field("basis", Code("legal_bases"), "on what it rests", default="study"),
        many("fields", Text, "columns that may be given"),
        field("document", Text, "reference of the signed agreement"),
        field("since", Date, "first day"),
        field("until", Date, "last day; the recipient destroys the data by then"),
    ),
    label="DataAgreement",
    personal=None,
    evidence=True,
    kept="audit",
)

RELEASE = Kind(
    "release",
    """One table, drawing or file of records that left the programme: what, about which day, to whom.""",
    (
        field("kind", Code("release_kinds"), "table, drawing or records"),
        field("name", Text, "the declared table, or the file's name"),
        field("subject", Text, "what is counted and as of when; releases on one subject are compared"),
        field("as_of", Date, "the day it is about"),
        field("date", Date, "the day it left"),
        field("k", Int, "minimum cell"),
        field("people", Positive, "how many people it is about", optional=True),
        field("by", Text, "who released it (role or internal id)"),
        field("recipient", Text, "who received it", optional=True),
        refers("agreement", "data_agreement", "the agreement it rests on", optional=True, edge="UNDER"),
        many("columns", Text, "columns of a file of records"),
        field(
            "layout",
            Type("json", longest=200_000),
            "of a table: names, groups, hidden cells; of other releases: which facts each set of people was told of",
            optional=True,
        ),
        field(
            "result",
            Type("json", longest=2_000_000),
            "the table or report as it left, to be served again unchanged",
            optional=True,
        ),
    ),
    label="Release",
    personal=None,
    evidence=True,
    kept="audit",
)

RELEASE_MEMBER = Kind(
    "release_member",
    """That a person was counted in a cell of a release. The token stays when the person is erased: it names nobody.""",
    (
        refers("release", "release", "which", edge="IN"),
        refers("person", "person", "who", optional=True, edge="COUNTED", reverse=True),
        field("token", Text, "stands for the same person in all releases; a number drawn, not a hash"),
        field("cell", Text, "the cell of a table, or the pseudonym in a file of records"),
        many("sets", Int, "positions in the release's layout: the sets of people among whom this one was told of"),
    ),
    label="ReleaseMember",
    evidence=True,
    personal="release",
)
