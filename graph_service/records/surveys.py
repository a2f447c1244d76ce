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
