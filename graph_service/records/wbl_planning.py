"""The intermediary's own development: communities, self-assessment, plans, coaching, policies, endorsements."""

from graph_service.records.kind import Between, Code, Date, Float, Kind, LongText, Text, field, many, refers

COMMUNITY = Kind(
    "community",
    """A community of a cohort: a team across sectors that is compared with others and over time.""",
    (
        field("name", Text, "name"),
        field("cohort", Text, "the cohort it belongs to"),
        many("members", Text, "keys of the organisations of its team"),
        refers("lead", "organization", "the intermediary that leads", edge="LEADS", reverse=True),
        refers("coach", "person", "its coach", optional=True, edge="COACHED_BY", personal="staff record"),
        field("area", Text, "town or region", optional=True),
        field("since", Date, "first day", optional=True),
    ),
    label="Community",
    personal=None,
)

VISION_TARGET = Kind(
    "vision_target",
    """A target of a community's vision, read against a measure.""",
    (
        refers("community", "community", "whose", edge="AIMS_FOR", reverse=True),
        field("measure", Text, "id of the measure or figure"),
        field("target", Float, "the value to reach"),
        field("due", Date, "by when"),
        field("text", LongText, "in words", optional=True),
    ),
    label="VisionTarget",
    personal=None,
)

POLICY = Kind(
    "policy",
    """A state's policy on work-based learning or intermediaries, with the days between which it holds.""",
    (
        refers("organization", "organization", "the state or agency", edge="DECIDED", reverse=True),
        field("title", Text, "title"),
        field("topic", Text, "what it is about"),
        field("since", Date, "in force from"),
        field("until", Date, "to", optional=True),
        field("source", Text, "where it is published", optional=True),
    ),
    label="Policy",
    personal=None,
)

ENDORSEMENT = Kind(
    "endorsement",
    """A coordinator's training or endorsement, and when it expires.""",
    (
        refers("person", "person", "whose", edge="ENDORSED", reverse=True),
        field("name", Text, "which"),
        field("issuer", Text, "who gave it", optional=True),
        field("since", Date, "valid from"),
        field("until", Date, "valid to", optional=True),
    ),
    label="Endorsement",
    evidence=True,
    personal="staff record",
)

ASSISTANCE = Kind(
    "assistance",
    """Technical assistance or professional development that an organisation received or gave.""",
    (
        refers("organization", "organization", "whose", edge="ASSISTED", reverse=True),
        field("direction", Code("support_directions"), "received or given"),
        field("topic", Text, "about what"),
        field("service_line", Code("service_lines"), "for which service line", optional=True),
        field("date", Date, "day"),
        field("hours", Between(0, None, Float), "hours", optional=True, unit="h"),
        field("provider", Text, "who gave it", optional=True),
    ),
    label="Assistance",
    personal=None,
)

BARRIER = Kind(
    "barrier",
    """Something in the way of work-based learning at a community, and whether it has been removed.""",
    (
        refers("community", "community", "where", edge="MEETS", reverse=True),
        field("text", LongText, "what is in the way"),
        field("service_line", Code("service_lines"), "which service line it holds up", optional=True),
        field("noted", Date, "day it was noted"),
        field("removed", Date, "day it was removed", optional=True),
    ),
    label="Barrier",
    personal=None,
)

CONVENING = Kind(
    "convening",
    """A workshop or convening; its sessions and role-alike groups are its contacts.""",
    (
        field("title", Text, "title"),
        field("date", Date, "day"),
        field("mode", Code("modes"), "in person, virtual, ...", default="in_person"),
        many("sessions", Text, "sessions"),
        refers("organizer", "organization", "who held it", edge="HELD", reverse=True),
    ),
    label="Convening",
    personal=None,
)

ATTENDANCE = Kind(
    "attendance",
    """That somebody came to a convening, for which community, in which role-alike group.""",
    (
        refers("convening", "convening", "which", edge="AT"),
        refers("person", "person", "who", edge="ATTENDED", reverse=True),
        refers("community", "community", "for which", optional=True, edge="FOR"),
        field("group", Text, "role-alike group", optional=True),
    ),
    label="Attendance",
    evidence=True,
    personal="staff record",
)

COACH_LOG = Kind(
    "coach_log",
    """A coach's meeting with a community: focus area, advice, next step.""",
    (
        refers("community", "community", "which", edge="WITH"),
        refers("coach", "person", "who", edge="COACHED", reverse=True),
        field("date", Date, "day"),
        field("focus", Code("service_lines"), "focus area"),
        field("advice", LongText, "advice", optional=True),
        field("next_step", LongText, "what comes next", optional=True),
    ),
    label="CoachLog",
    evidence=True,
    personal="staff record",
)

RESOURCE_ITEM = Kind(
    "resource_item",
    """A piece of the library: a guide, form or example for one service line or element.""",
    (
        field("title", Text, "title"),
        field("service_line", Code("service_lines"), "for which service line"),
        field("element", Text, "element of the instrument", optional=True),
        field("address", Text, "where it is found", optional=True),
        field("date", Date, "day of this edition", optional=True),
    ),
    label="ResourceItem",
    personal=None,
)

RATING = Kind(
    "rating",
    """One rater's judgement of one element of the self-assessment, on one day.""",
    (
        refers("community", "community", "whose", edge="OF"),
        refers("rater", "person", "who judged", edge="RATED", reverse=True),
        field("instrument", Text, "instrument and version"),
        field("element", Text, "element"),
        field("stage", Code("implementation_stages"), "stage of implementation"),
        field("date", Date, "day"),
        field("note", LongText, "the evidence, in words", optional=True),
        field("round", Text, "round of the assessment"),
    ),
    label="Rating",
    evidence=True,
    personal="staff record",
)

CONSENSUS = Kind(
    "consensus",
    """What the raters of a community agreed on for one element, after seeing their differences.""",
    (
        refers("community", "community", "whose", edge="OF"),
        field("instrument", Text, "instrument and version"),
        field("element", Text, "element"),
        field("stage", Code("implementation_stages"), "stage of implementation"),
        field("date", Date, "day"),
        field("round", Text, "round of the assessment"),
        field("note", LongText, "why", optional=True),
    ),
    label="Consensus",
    personal=None,
    evidence=True,
)

ACTION_STEP = Kind(
    "action_step",
    """A priority step of a community's plan: what, for which element, who, by when, how it stands.""",
    (
        refers("community", "community", "whose", edge="PLANS", reverse=True),
        field("text", LongText, "what is to be done"),
        field("service_line", Code("service_lines"), "focus area"),
        field("element", Text, "element of the instrument", optional=True),
        refers("owner", "person", "who does it", edge="OWNED_BY"),
        field("due", Date, "by when"),
        field("state", Code("work_states"), "how it stands", default="planned"),
        field("opened", Date, "day it was decided"),
        refers("barrier", "barrier", "which barrier it removes", optional=True, edge="REMOVES"),
    ),
    label="ActionStep",
    personal="staff record",
)
