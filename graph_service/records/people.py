"""People: learners, the professionals they meet, and the staff of schools and programmes."""

from graph_service.records.kind import (
    Bool,
    Code,
    Date,
    Int,
    Json,
    Kind,
    Positive,
    Text,
    field,
    many,
    refers,
)

PERSON = Kind(
    "person",
    """Somebody in the programme's world: a learner, a mentor, an employer's contact, a member of staff.""",
    (
        field("id_source", Text, "the namespace of the person's key: the system that gave it", default="local"),
        field("key", Text, "the person's key there; tables print it as person_id"),
        field("given_name", Text, "given name", optional=True, personal="name"),
        field("family_name", Text, "family name", optional=True, personal="name"),
        many("roles", Code("person_roles"), "what the person is in the programme; affiliations date it"),
        field("tier", Code("tiers"), "near peer, mid, senior", optional=True),
        field("birth_date", Date, "used by gates only, never shown", optional=True, personal="birth date"),
        field("grade", Text, "school grade, as the school writes it", optional=True),
        field("status", Code("person_statuses"), "what the person agreed to, as a contact", default="named_only"),
        field("capacity", Int, "introductions a month that the person can carry", optional=True),
        many("goals", Code("career_clusters"), "career clusters that the learner aims for; none is normal"),
        field("exploring", Bool, "the learner is exploring rather than aiming", default=False),
        field("occupation", Text, "occupation (SOC code)", optional=True),
        field("sector", Code("career_clusters"), "the sector the person works in", optional=True),
        many("languages", Text, "languages the person is at home in (BCP 47)"),
        many("modes", Code("modes"), "modes in which the person meets; none given means any"),
        field("email", Text, "an address for messages", optional=True, personal="address"),
        field("phone", Text, "a telephone number", optional=True, personal="address"),
        field(
            "basis",
            Code("bases"),
            "why the record may be held: programme, or de-identified research",
            default="programme",
        ),
    ),
    label="Person",
    keyed=True,
    personal="education record",
)

SUBGROUP = Kind(
    "subgroup",
    """That a learner belongs to a subgroup for equity reports, with the source and day of that knowledge.""",
    (
        refers("person", "person", "the learner", edge="IN_SUBGROUP", reverse=True),
        field("attribute", Code("subgroup_attributes"), "which attribute"),
        field("value", Text, "the learner's value of it"),
        field("since", Date, "known from this day", optional=True),
        field("source", Text, "where it is known from", optional=True),
    ),
    label="Subgroup",
    personal="special category",
)

ORGANIZATION = Kind(
    "organization",
    """An employer, school, district, college, intermediary, community organisation, agency or state.""",
    (
        field("id_source", Text, "the namespace of the key", default="local"),
        field("key", Text, "the organisation's key there"),
        field("name", Text, "name"),
        field("kind", Code("organization_kinds"), "what it is"),
        field("intermediary_kind", Code("intermediary_kinds"), "which kind of intermediary", optional=True),
        field("naics", Text, "industry (NAICS code)", optional=True),
        field("sector", Code("career_clusters"), "the career cluster it hires in", optional=True),
        field("part_of", Text, "key of the organisation it belongs to (same namespace)", optional=True),
        refers("parent", "organization", "the organisation it belongs to", optional=True, edge="PART_OF"),
        field("reach", Code("reaches"), "state, region, local, sector", optional=True),
        field("location", Text, "town or region", optional=True),
        field("mission", Text, "what it is there for", optional=True),
    ),
    label="Organization",
    personal=None,
    keyed=True,
)

AFFILIATION = Kind(
    "affiliation",
    """That a person belongs to an organisation: enrolled, works at, coordinates, teaches at, ...""",
    (
        refers("person", "person", "who", edge="HOLDS", reverse=True),
        refers("organization", "organization", "where", edge="AT"),
        field("relation", Code("affiliation_relations"), "how"),
        field("title", Text, "job title or programme of study", optional=True),
        field("occupation", Text, "occupation (SOC code)", optional=True),
        field("tier", Code("tiers"), "near peer, mid, senior", optional=True),
        field("since", Date, "first day", optional=True),
        field("until", Date, "last day", optional=True),
        field("main", Bool, "the primary one, which decides the learner's site", default=True),
        field("share", Positive, "percent of full time", optional=True, unit="%"),
    ),
    label="Affiliation",
    direct=("person", "organization", "relation"),
    personal="education record",
)

CASELOAD = Kind(
    "caseload",
    """That an adult of the programme or school is assigned to a learner: a verified first hop.""",
    (
        refers("adult", "person", "coordinator, counsellor or teacher", edge="CARES", reverse=True),
        refers("learner", "person", "the learner", edge="FOR"),
        field("role", Code("caseload_roles"), "as what", default="coordinator"),
        field("since", Date, "first day", optional=True),
        field("until", Date, "last day", optional=True),
    ),
    label="Caseload",
    personal="education record",
)

MERGE = Kind(
    "merge",
    """That two records are the same person: `duplicate` counts as `kept`. Retracting it undoes the merge.""",
    (
        refers("duplicate", "person", "the record that is the same person as", edge="SAME_AS", reverse=True),
        refers("kept", "person", "the record that stays", edge="KEPT"),
        field("evidence", Text, "why they are thought to be the same", optional=True),
        field("features", Json, "what was compared", optional=True),
    ),
    label="Merge",
    personal="identity",
)

DISTINCTION = Kind(
    "distinction",
    """That two records are two people: they are not proposed as one again. Retracting it proposes them anew.""",
    (
        refers("one", "person", "one of the two", edge="NOT_SAME_AS", reverse=True),
        refers("other", "person", "the other", edge="OTHER"),
        field("evidence", Text, "what they were thought to be the same by", optional=True),
    ),
    label="Distinction",
    personal="identity",
)
