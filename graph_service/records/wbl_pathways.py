"""Labour-market tables as loaded, course sequences, and learners' progress along them."""

from graph_service.records.kind import Between, Bool, Code, Date, Float, Kind, Text, field, refers

OCCUPATION = Kind(
    "occupation",
    """One occupation in one area, out of published labour-market tables; each says which edition it is of.""",
    (
        field("soc", Text, "occupation (SOC code)"),
        field("title", Text, "title"),
        field("area", Text, "area of the table"),
        field("year", Between(1990, 2100), "year of employment and pay", optional=True),
        field("projected_from", Between(1990, 2100), "first year of the projection", optional=True),
        field("projected_to", Between(1990, 2100), "last year of the projection", optional=True),
        field("employment", Between(0, None), "people employed", optional=True),
        field("median_wage", Between(0, None, Float), "median pay of a year", optional=True, unit="$"),
        field("openings", Between(0, None, Float), "openings of a year", optional=True),
        field("growth", Float, "projected change", optional=True, unit="%"),
        field("job_zone", Between(1, 5), "preparation that it asks for (O*NET)", optional=True),
        field("sector", Code("career_clusters"), "career cluster", optional=True),
        field("source", Text, "table and edition"),
        field("loaded", Date, "day it was loaded"),
    ),
    label="Occupation",
    personal=None,
)

CROSSWALK = Kind(
    "crosswalk",
    """What a code of one classification means in another, out of a published table.""",
    (
        field("scheme", Code("crosswalk_schemes"), "which table"),
        field("code", Text, "code (SOC, CIP or NAICS)"),
        field("means", Text, "SOC code, career cluster or job zone; the code itself in a table of titles"),
        field("title", Text, "title", optional=True),
        field("edition", Text, "edition of the table"),
        field("loaded", Date, "day it was loaded"),
    ),
    label="Crosswalk",
    personal=None,
)

PRIORITY = Kind(
    "priority",
    """That an authority lists an occupation as a priority, from one day to another.""",
    (
        field("soc", Text, "occupation (SOC code)"),
        field("area", Text, "area"),
        field("authority", Text, "who lists it"),
        field("since", Date, "first day"),
        field("until", Date, "last day", optional=True),
    ),
    label="Priority",
    personal=None,
)

PATHWAY = Kind(
    "pathway",
    """A course sequence of an institution in one career cluster, with work-based learning in it.""",
    (
        refers("organization", "organization", "whose", edge="LEADS_THROUGH", reverse=True),
        field("name", Text, "name"),
        field("sector", Code("career_clusters"), "career cluster"),
        field("cip", Text, "programme (CIP code)", optional=True),
        field("since", Date, "first day", optional=True),
        field("until", Date, "last day", optional=True),
    ),
    label="Pathway",
    personal=None,
)

COURSE = Kind(
    "course",
    """One course of a pathway, in its place, with the activity embedded in it.""",
    (
        refers("pathway", "pathway", "of which", edge="STEP_OF"),
        field("position", Between(1, 40), "place in the sequence"),
        field("title", Text, "title"),
        field("grade", Text, "school grade", optional=True),
        field("activity", Code("activities"), "work-based learning in it", optional=True),
        field("credit", Bool, "it gives college credit", default=False),
    ),
    label="Course",
    personal=None,
)

MILESTONE = Kind(
    "milestone",
    """How far a learner has come at one step of a pathway.""",
    (
        refers("learner", "person", "who", edge="REACHED", reverse=True),
        refers("course", "course", "which step", edge="AT"),
        field("state", Code("milestone_states"), "open, reached or missed"),
        field("date", Date, "day"),
    ),
    label="Milestone",
    personal="education record",
)

PROGRAMME_STATUS = Kind(
    "programme_status",
    """A learner's dated status in career and technical education, as Perkins reports ask.""",
    (
        refers("learner", "person", "who", edge="HAS_STATUS", reverse=True),
        field("status", Code("programme_statuses"), "participant, concentrator or completer"),
        field("since", Date, "first day"),
        field("until", Date, "last day", optional=True),
        refers("pathway", "pathway", "in which programme", optional=True, edge="IN"),
        field("graduated", Date, "day of graduation", optional=True),
    ),
    label="ProgrammeStatus",
    evidence=True,
    personal="education record",
)
