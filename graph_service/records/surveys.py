"""Surveys: instruments as data (items, scales, editions), and what people answered."""

from graph_service.records.kind import Bool, Code, Date, Float, Kind, LongText, Share, Text, field, refers

SURVEY_SCALE = Kind(
    "survey_scale",
    """A scale of a survey instrument: which measure it feeds, its cut points, how many answers it needs.""",
    (
        field("instrument", Text, "name of the instrument"),
        field("edition", Text, "its version: another wording or set of items is another version"),
        field("scale", Text, "code of the scale"),
        field("name", Text, "name of the scale", optional=True),
        field("measure", Code("survey_measures"), "the measure of the catalogue that it feeds", optional=True),
        field("cut_low", Float, "scores below are low, 0 to 1", optional=True),
        field("cut_high", Float, "scores from here are high, 0 to 1", optional=True),
        field("least", Share, "share of the items that has to be answered", default=0.5),
    ),
    label="SurveyScale",
    personal=None,
)

SURVEY_ITEM = Kind(
    "survey_item",
    """An item of a survey instrument: what sort of question it is, its scale, its ends.""",
    (
        field("instrument", Text, "name of the instrument"),
        field("edition", Text, "its version"),
        field("item", Text, "code of the item"),
        field("sort", Code("survey_items"), "what sort of question it is", default="rating"),
        field("scale", Text, "code of the scale it belongs to", optional=True),
        field("low", Float, "the lowest answer", optional=True),
        field("high", Float, "the highest answer", optional=True),
        field("reverse", Bool, "a high answer means little", default=False),
        field("wording", LongText, "the question", optional=True),
    ),
    label="SurveyItem",
    personal=None,
)

RESPONSE = Kind(
    "response",
    """What somebody answered to one item in one wave of a survey, or why there is no answer.""",
    (
        refers("person", "person", "who answered", edge="ANSWERED", reverse=True),
        field("instrument", Text, "name of the instrument"),
        field("edition", Text, "its version"),
        field("wave", Text, "the survey wave"),
        field("date", Date, "day of the answer"),
        field("item", Text, "code of the item"),
        field("value", Float, "the answer", optional=True),
        field("missing", Code("missing_reasons"), "why there is none", optional=True),
    ),
    label="Response",
    evidence=True,
    personal="education record",
)

SURVEY_ROUND = Kind(
    "survey_round",
    """A survey that is asked: one version of an instrument, between two days; its answers carry the round's wave.""",
    (
        field("wave", Text, "the survey wave: the name that the round's answers carry"),
        field("instrument", Text, "name of the instrument"),
        field("edition", Text, "its version"),
        field("opens", Date, "first day on which answers are taken"),
        field("closes", Date, "last day on which answers are taken"),
        field("assent", Bool, "nobody is asked anything before they said yes themselves", default=True),
    ),
    label="SurveyRound",
    personal=None,
)

SURVEY_INVITATION = Kind(
    "survey_invitation",
    """That somebody was invited to a round, and whether they want to take part.""",
    (
        refers("round", "survey_round", "the round", edge="IN"),
        refers("person", "person", "who was invited", edge="INVITED", reverse=True),
        field("invited", Date, "day of the invitation"),
        field("assent", Bool, "they said yes, or no; nothing while they have not been asked", optional=True),
        field("assented_on", Date, "day of that word", optional=True),
    ),
    label="SurveyInvitation",
    evidence=True,
    personal="education record",
)
