"""What desks keep beside the evidence: notes, events with their sign-ins, saved views of a list."""

from graph_service.records.kind import Code, Date, Kind, LongText, Text, field, many, refers

NOTE = Kind(
    "note",
    """What staff want to remember about a learner. Seen by staff of the learner's own sites alone.""",
    (
        refers("learner", "person", "about whom", edge="ABOUT"),
        field("date", Date, "day"),
        field("author", Text, "who wrote it (role or internal id)"),
        field("text", LongText, "what to remember", personal="note"),
    ),
    label="Note",
    personal="education record",
)

EVENT = Kind(
    "event",
    """A dated event that learners sign in to: a fair, a tour, a speaker. The contact it was is derived from it.""",
    (
        field("name", Text, "what it is called"),
        field("date", Date, "day"),
        field("kind", Code("interaction_kinds"), "what it was; a mass event is exposure and ties nobody"),
        field("mode", Code("modes"), "in person, virtual, hybrid, school based, simulated", default="in_person"),
        refers("host", "organization", "the organisation that hosts", optional=True, edge="HOSTED_BY"),
        many("guests", Text, "internal ids of the adults whom learners can meet there"),
    ),
    label="Event",
    personal=None,
)

SIGN_IN = Kind(
    "sign_in",
    """That a learner came to an event, and whom they said they talked to.""",
    (
        refers("event", "event", "which", edge="AT"),
        refers("learner", "person", "who came", edge="CAME", reverse=True),
        field("how", Code("sign_in_ways"), "on which sheet"),
        field("asked", Date, "day on which they were asked whom they talked to", optional=True),
    ),
    label="SignIn",
    evidence=True,
    personal="education record",
)

SAVED_VIEW = Kind(
    "saved_view",
    """A narrowing of the list of learners that somebody comes back to.""",
    (
        field("owner", Text, "whose (actor)"),
        field("name", Text, "what they call it"),
        field("query", Text, "group, site, order, words"),
    ),
    label="SavedView",
    personal=None,
    kept="service",
)
