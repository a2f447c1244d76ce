"""Introductions and what surrounds them: each step a record, so that their history is complete."""

from graph_service.records.kind import Bool, Code, Date, Float, Int, Json, Kind, LongText, Positive, Text, field, refers

INTRODUCTION = Kind(
    "introduction",
    """One learner to one target through one connector, in its present state; the events tell how it came there.""",
    (
        refers("learner", "person", "for whom", edge="FOR"),
        refers("connector", "person", "through whom", edge="THROUGH"),
        refers("target", "person", "to whom", edge="TO"),
        field("state", Code("introduction_states"), "where it stands"),
        field("since", Date, "day of that state"),
        field("suggested", Date, "day it was suggested"),
        field("requested", Date, "day the learner asked for it", optional=True),
        field("ask", Code("asks"), "what is asked of the target", default="talk"),
        field("goal", Code("career_clusters"), "the career cluster it serves", optional=True),
        field("group", Text, "id of the group meeting that it is part of", optional=True),
        field("assigned", Bool, "the connector's hop is a caseload assignment", default=False),
        field("terms", Json, "score, lift and their terms when it was suggested", optional=True),
        field("message", LongText, "the learner's message", optional=True, personal="message"),
        field("meeting", Date, "day of the meeting", optional=True),
    ),
    label="Introduction",
    evidence=True,
    personal="education record",
)

INTRODUCTION_EVENT = Kind(
    "introduction_event",
    """One step of an introduction: who moved it, when, from where to where. Never changed.""",
    (
        refers("introduction", "introduction", "which", edge="OF"),
        field("step", Int, "which step of the introduction: 1, 2, ..."),
        field("date", Date, "day"),
        field("source", Code("introduction_states"), "from", optional=True),
        field("state", Code("introduction_states"), "to"),
        field("actor", Text, "who did it (internal id or role)"),
        field("role", Text, "as what"),
        field("reason", Code("introduction_reasons"), "why; shown to staff alone", optional=True),
        field("note", LongText, "more; shown to staff alone", optional=True, personal="note"),
    ),
    label="IntroductionEvent",
    evidence=True,
    personal="education record",
)

RESERVATION = Kind(
    "reservation",
    """A unit of an adult's capacity that an introduction (or group) holds; `slot` is open, a month, or given back.""",
    (
        refers("person", "person", "whose capacity", edge="HOLDS", reverse=True),
        field("holder", Text, "id of the introduction or group that holds it"),
        field("side", Code("introduction_sides"), "as connector or target"),
        field("slot", Text, "open while in flight, YYYY-MM once made, back when given back"),
    ),
    label="Reservation",
    evidence=True,
    personal="education record",
)

STANDING_CONSENT = Kind(
    "standing_consent",
    """An adult's yes in advance to one kind of ask, as connector or target, so many times a month.""",
    (
        refers("person", "person", "the adult", edge="GAVE", reverse=True),
        field("side", Code("introduction_sides"), "as connector or target"),
        field("ask", Code("asks"), "to what"),
        field("monthly", Positive, "at most so many a month", default=1),
        field("since", Date, "first day"),
        field("until", Date, "last day", optional=True),
    ),
    label="StandingConsent",
    evidence=True,
    personal="consent",
)

BLOCK = Kind(
    "block",
    """That one person does not want to be brought together with another. It binds both ways; nobody is told.""",
    (
        refers("by", "person", "who wants it", edge="BLOCKS", reverse=True),
        refers("about", "person", "with whom", edge="BLOCKED"),
        field("since", Date, "first day", optional=True),
        field("until", Date, "last day", optional=True),
    ),
    label="Block",
    personal="safeguarding",
)

CONCERN = Kind(
    "concern",
    """"Something is wrong": freezes the adult's offers at once and goes to the safeguarding lead alone.""",
    (
        refers("about", "person", "the adult", edge="CONCERNS"),
        refers("introduction", "introduction", "about which introduction", optional=True, edge="DURING"),
        field("raised_by", Text, "who raised it (internal id or role)"),
        field("date", Date, "day"),
        field("state", Code("concern_states"), "open or closed", default="open"),
        field("lead", Text, "the safeguarding lead (role or internal id)", default="safeguarding_lead"),
        field("text", LongText, "what is wrong", optional=True, personal="safeguarding"),
    ),
    label="Concern",
    evidence=True,
    personal="safeguarding",
    kept="audit",
)

REMINDER = Kind(
    "introduction_reminder",
    """That somebody was reminded of an answer that is waited for.""",
    (
        refers("introduction", "introduction", "which", edge="OF"),
        field("party", Text, "who was reminded: learner, connector, target, coordinator"),
        field("school_day", Int, "after how many school days"),
        field("date", Date, "day"),
    ),
    label="IntroductionReminder",
    evidence=True,
    personal="education record",
)

OUTCOME = Kind(
    "introduction_outcome",
    """A rung of the ladder that an introduction reached.""",
    (
        refers("introduction", "introduction", "which", edge="OF"),
        field("step", Code("outcome_steps"), "which rung"),
        field("date", Date, "day"),
        field("resource", Code("resources"), "help that was given", optional=True),
        refers("interaction", "interaction", "the contact in which it happened", optional=True, edge="IN"),
    ),
    label="IntroductionOutcome",
    evidence=True,
    personal="education record",
)

LOTTERY_DRAW = Kind(
    "lottery_draw",
    """A logged draw that broke a tie in an assignment; a later study can use it as a random assignment.""",
    (
        refers("learner", "person", "who drew", edge="DREW", reverse=True),
        field("run", Text, "the assignment"),
        field("date", Date, "day"),
        field("seed", Int, "seed of the draw"),
        field("number", Float, "the number drawn, 0 to 1"),
        field("tied", Int, "how many stood equal"),
    ),
    label="LotteryDraw",
    evidence=True,
    personal="education record",
    kept="audit",
)
