"""What evaluators keep: waves and their frozen results, studies fixed before outcomes, surveys and answers."""

from graph_service.records.kind import Bool, Date, Int, Json, Kind, Text, Type, field, many, refers

#: Numbers about many learners, or a whole plan: longer than a record's usual small structure.
Long = Type("json", longest=200_000)

WAVE = Kind(
    "wave",
    """A dated look at the programme: roster, parameters, code and catalogue version; results frozen on release.""",
    (
        field("key", Text, "name of the wave"),
        field("as_of", Date, "the day it looks at"),
        field("known_revision", Int, "the revision up to which records count"),
        field("parameters", Json, "parameters of the snapshot"),
        field("model", Text, "whose ties count in structural holes: whole or ego", default="whole"),
        many("measures", Text, "ids of the measures that were taken"),
        field("learners", Int, "learners on the roster", default=0),
        field("roster_hash", Text, "hash of the roster", optional=True),
        field("results_hash", Text, "hash of everybody's values", optional=True),
        field("aggregates", Long, "of each measure: learners with a value, without one, mean, spread", optional=True),
        field("versions", Json, "catalogue and code version"),
        field("taken", Date, "the day on which it was taken", optional=True),
        field("released", Bool, "results are frozen", default=False),
        field("released_on", Date, "the day on which they were frozen", optional=True),
        field("erased", Int, "people who had been erased before it was taken", default=0),
    ),
    label="Wave",
    personal=None,
    evidence=True,
    kept="programme",
)

WAVE_RESULT = Kind(
    "wave_result",
    """One learner of a wave's roster, with the values of that wave.""",
    (
        refers("wave", "wave", "the wave", edge="IN"),
        refers("person", "person", "the learner", edge="MEASURED", reverse=True),
        field("key", Text, "the learner's own key, as the wave's table prints it"),
        field("values", Json, "measure id to value, or to the reason why there is none"),
    ),
    label="WaveResult",
    evidence=True,
    personal="education record",
    kept="programme",
)

STUDY = Kind(
    "study",
    """A study fixed before its outcomes are opened: who, how assigned, what will be looked at; with its digest.""",
    (
        field("key", Text, "name of the study"),
        field("title", Text, "title"),
        field("plan", Long, "design, unit, waves, outcomes, exclusions, parameters, as they were fixed"),
        field("seal", Text, "SHA-256 of the plan and the sample"),
        many("leaves", Text, "hash of each learner's assignment, so that an erasure does not break the digest"),
        field("sealed_on", Date, "the day it was fixed"),
        field("opened_on", Date, "the day on which outcomes were opened", optional=True),
    ),
    label="Study",
    personal=None,
    evidence=True,
    kept="service",
)

STUDY_MEMBER = Kind(
    "study_member",
    """One learner of a study's baseline sample, in the arm of assignment.""",
    (
        refers("study", "study", "the study", edge="IN"),
        refers("person", "person", "the learner", edge="ASSIGNED", reverse=True),
        field("arm", Text, "treatment or comparison"),
        field("site", Text, "own key of the site", optional=True),
        field("block", Text, "randomisation block or matched set", optional=True),
        field("excluded", Text, "code of the exclusion that applies at baseline", optional=True),
    ),
    label="StudyMember",
    evidence=True,
    personal="education record",
    kept="service",
)
