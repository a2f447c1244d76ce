"""Places, experiences and what is recorded of them: agreements, checks, visits, hours, evaluations."""

from graph_service.records.kind import (
    Between,
    Bool,
    Code,
    Date,
    Float,
    Kind,
    LongText,
    Positive,
    Text,
    field,
    many,
    refers,
)

SCORE = Between(1, 5)
HOURS = Between(0, 24, Float)

SLOT = Kind(
    "slot",
    """Places that an employer offers for one activity: so many, from when to when, in which mode.""",
    (
        refers("host", "organization", "who offers", edge="OFFERS", reverse=True),
        field("activity", Code("activities"), "what is offered"),
        field("mode", Code("modes"), "in person, virtual, hybrid, school based, simulated", default="in_person"),
        field("sector", Code("career_clusters"), "the field of work", optional=True),
        field("places", Positive, "how many learners fit", default=1),
        field("since", Date, "first day"),
        field("until", Date, "last day", optional=True),
        field("hours", Positive, "hours in all", optional=True, unit="h"),
        field("paid", Bool, "the learner is paid", default=False),
        field("youngest", Between(10, 30), "least age", optional=True, unit="years"),
        many("grades", Text, "school grades that the host prefers; none given means any"),
        many("languages", Text, "languages that the host prefers (BCP 47); none given means any"),
        field("hours_week", Between(1, 80), "hours a week", optional=True, unit="h"),
        many("hazards", Code("hazardous_orders"), "hazardous occupation orders that the work falls under"),
        field("location", Text, "town or region", optional=True),
        refers("contact", "person", "whom to ask there", optional=True, edge="ASK", personal="professional contact"),
        field("offered", Date, "day it was offered", optional=True),
    ),
    label="Slot",
    personal=None,
)

EXPERIENCE = Kind(
    "experience",
    """One learner's work-based-learning experience, from request to thank-you; a tailored one needs no slot.""",
    (
        refers("learner", "person", "whose", edge="IN_EXPERIENCE", reverse=True),
        field("activity", Code("activities"), "what it is"),
        field("mode", Code("modes"), "in person, virtual, hybrid, school based, simulated", default="in_person"),
        field("state", Code("experience_states"), "where it stands", default="requested"),
        field("state_since", Date, "the day of that state"),
        refers("host", "organization", "where", optional=True, edge="HOSTED_BY"),
        refers("slot", "slot", "the place it takes", optional=True, edge="TAKES"),
        refers("supervisor", "person", "who supervises there", optional=True, edge="SUPERVISED_BY"),
        refers("coordinator", "person", "who looks after it", optional=True, edge="LOOKED_AFTER_BY"),
        field("sector", Code("career_clusters"), "the field of work", optional=True),
        field("since", Date, "first day", optional=True),
        field("until", Date, "last day", optional=True),
        field("hours", Positive, "hours planned", optional=True, unit="h"),
        field("hours_week", Between(1, 80), "hours a week", optional=True, unit="h"),
        many("hazards", Code("hazardous_orders"), "hazardous occupation orders that the work falls under"),
        field("student_learner", Bool, "under a written school and employer agreement", default=False),
        field("paid", Bool, "the learner is paid", default=False),
        field("wage", Between(0, None, Float), "pay by the hour", optional=True, unit="$/h"),
        field("credit", Bool, "it counts as school credit", default=False),
        field("tailored", Bool, "made for this learner", default=False),
        field("plan", Bool, "there is a written learning plan", default=False),
        field("course", Text, "the course it is aligned with", optional=True),
    ),
    label="Experience",
    personal="education record",
)

EXPERIENCE_EVENT = Kind(
    "experience_event",
    """A dated step of an experience's life cycle.""",
    (
        refers("experience", "experience", "which", edge="OF"),
        field("state", Code("experience_states"), "the state it came to"),
        field("date", Date, "day"),
        field("by", Text, "who recorded it (role or internal id)", optional=True),
        field("reason", Text, "why, where it ended early or was declined", optional=True),
    ),
    label="ExperienceEvent",
    evidence=True,
    personal="education record",
)

AGREEMENT = Kind(
    "agreement",
    """The signature of one of the four parties of a training agreement.""",
    (
        refers("experience", "experience", "of which", edge="OF"),
        field("party", Code("agreement_parties"), "learner, employer, guardian, school"),
        field("signed", Date, "day of the signature"),
        field("document", Text, "reference of the signed form", optional=True),
    ),
    label="Agreement",
    evidence=True,
    personal="education record",
)

PLACEMENT_CHECK = Kind(
    "placement_check",
    """The result of a rule that must hold before a placement starts, with its source and its expiry.""",
    (
        refers("experience", "experience", "of which", edge="OF"),
        field("rule", Text, "id of the rule in the rule file"),
        field("result", Code("check_results"), "what came of it"),
        field("date", Date, "day it was checked"),
        field("until", Date, "holds until", optional=True),
        field("source", Text, "law or policy behind the rule", optional=True),
        field("reason", Text, "why it failed or was waived", optional=True),
        field("rules", Text, "rule file and version", optional=True),
    ),
    label="PlacementCheck",
    evidence=True,
    personal="education record",
)

PLACEMENT_DOCUMENT = Kind(
    "placement_document",
    """That a document which a rule asks for is on file: of one experience, or of a host for all of its places.""",
    (
        refers("experience", "experience", "of which", optional=True, edge="OF"),
        refers("host", "organization", "of which host", optional=True, edge="ON_FILE", reverse=True),
        field("document", Code("placement_documents"), "permit, insurance, transport, emergency contact"),
        field("since", Date, "valid from"),
        field("until", Date, "valid to", optional=True),
        field("reference", Text, "where the form is kept", optional=True),
    ),
    label="PlacementDocument",
    evidence=True,
    personal="education record",
)

VISIT = Kind(
    "visit",
    """A visit at a placement; with it, the contact between the people who met is recorded.""",
    (
        refers("experience", "experience", "of which", edge="OF"),
        refers("visitor", "person", "who visited", edge="VISITED", reverse=True),
        field("date", Date, "day"),
        field("finding", LongText, "what was seen", optional=True),
        refers("interaction", "interaction", "the contact", optional=True, edge="IN"),
    ),
    label="Visit",
    evidence=True,
    personal="education record",
)

HOUR_LOG = Kind(
    "hour_log",
    """Hours that a learner worked on a day; with it, the contact with the supervisor is recorded.""",
    (
        refers("experience", "experience", "of which", edge="OF"),
        field("date", Date, "day"),
        field("hours", HOURS, "hours", unit="h"),
        field("task", LongText, "what was done", optional=True),
        refers("interaction", "interaction", "the contact", optional=True, edge="IN"),
    ),
    label="HourLog",
    evidence=True,
    personal="education record",
)

EVALUATION = Kind(
    "evaluation",
    """What a supervisor says of the learner, or the learner of the experience: three qualities, 1 to 5.""",
    (
        refers("experience", "experience", "of which", edge="OF"),
        field("by", Code("evaluators"), "supervisor or learner"),
        field("date", Date, "day"),
        field("clarity", SCORE, "tasks and aims were clear", optional=True),
        field("supervision", SCORE, "somebody was there to guide", optional=True),
        field("skills", SCORE, "skills grew", optional=True),
        field("evidence", LongText, "what shows it", optional=True),
        refers("interaction", "interaction", "the contact", optional=True, edge="IN"),
    ),
    label="Evaluation",
    evidence=True,
    personal="education record",
)
