"""Employers and other partners: levels of engagement, champions, asks, partnerships, promises."""

from graph_service.records.kind import Between, Code, Date, Float, Kind, LongText, Text, field, refers

ENGAGEMENT = Kind(
    "engagement",
    """How deeply a partner is engaged, from a day on: 1 aware to 5 shares the lead; and who owns the relationship.""",
    (
        refers("organization", "organization", "which partner", edge="ENGAGED", reverse=True),
        field("level", Between(1, 5), "1 aware, 2 advises, 3 hosts once, 4 hosts regularly, 5 shares the lead"),
        field("since", Date, "first day"),
        field("until", Date, "last day", optional=True),
        refers("owner", "person", "who owns the relationship", optional=True, edge="OWNED_BY", personal="staff record"),
    ),
    label="Engagement",
    personal=None,
)

CHAMPION = Kind(
    "champion",
    """That a person of an employer speaks for work-based learning to other employers.""",
    (
        refers("person", "person", "who", edge="CHAMPIONS", reverse=True),
        refers("organization", "organization", "of which employer", edge="OF"),
        field("since", Date, "first day"),
        field("until", Date, "last day", optional=True),
        field("reason", Text, "the employer's own reason: talent, a more diverse workforce, ...", optional=True),
    ),
    label="Champion",
    personal="professional contact",
)

EMPLOYER_ASK = Kind(
    "employer_ask",
    """One ask of one school or programme to an employer, and the answer: the ledger of asks.""",
    (
        refers("organization", "organization", "who was asked", edge="ASKED_OF"),
        refers("school", "organization", "for which school or programme", optional=True, edge="FOR"),
        refers("by", "person", "who asked", optional=True, edge="ASKED", reverse=True, personal="staff record"),
        refers("contact", "person", "whom", optional=True, edge="ASKED_PERSON", personal="professional contact"),
        field("ask", Code("asks"), "for what"),
        field("date", Date, "day"),
        field("answer", Code("ask_answers"), "what came of it", default="open"),
        field("answered", Date, "day of the answer", optional=True),
        refers("introduction", "introduction", "the introduction it is part of", optional=True, edge="PART_OF"),
    ),
    label="EmployerAsk",
    personal=None,
    evidence=True,
)

PARTNERSHIP = Kind(
    "partnership",
    """A tie between two organisations: a formal agreement, a joint activity, a board, shared data.""",
    (
        refers("one", "organization", "one partner", edge="PARTNER_IN", reverse=True),
        refers("other", "organization", "the other", edge="WITH"),
        field("kind", Code("partnership_kinds"), "what ties them"),
        field("since", Date, "first day"),
        field("until", Date, "last day", optional=True),
        field("document", Text, "reference of the agreement", optional=True),
    ),
    label="Partnership",
    personal=None,
)

COMMITMENT = Kind(
    "commitment",
    """What a partner promised, by when, and how it stands.""",
    (
        refers("organization", "organization", "who promised", edge="PROMISED", reverse=True),
        field("promise", LongText, "what"),
        field("made", Date, "day of the promise"),
        field("due", Date, "by when", optional=True),
        field("state", Code("work_states"), "how it stands", default="planned"),
    ),
    label="Commitment",
    personal=None,
)

FUNDING = Kind(
    "funding",
    """Money for an organisation's work: from whom, for what, for which period.""",
    (
        refers("organization", "organization", "who receives it", edge="FUNDED_BY", reverse=True),
        field("source", Text, "from where"),
        field("purpose", Text, "for what"),
        field("amount", Between(0, None, Float), "how much", unit="$", optional=True),
        field("since", Date, "first day"),
        field("until", Date, "last day", optional=True),
    ),
    label="Funding",
    personal=None,
)
