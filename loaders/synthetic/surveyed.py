"""A survey in two rounds: its instrument, who was invited, what they answered and what they left out.

Only a few regions are asked, as a programme would try a survey out. Low-income learners and those who learn English
answer less often, so that response rates differ by subgroup and a mean over respondents is not one over everybody.
"""

from collections import Counter
from typing import Any

import numpy as np

from graph_service.records.registry import kind
from loaders.synthetic.columns import chosen, coded, days, flags, table
from loaders.synthetic.draws import Draws, Floats, Ints, Mask
from loaders.synthetic.people import CONNECTED, NO_PROFESSIONAL, Population
from loaders.synthetic.roster import english_learners, ids
from loaders.synthetic.said import SCALE, WAVES

KINDS = ("survey_scale", "survey_item", "survey_round", "survey_invitation", "response")
INSTRUMENT, EDITION = "Example relationships survey", "1.0"
#: Days from a round's first day to its last; the same days as the statements of its wave.
WINDOW = 14
#: Scales: code, name, the measure that they feed, cut points.
SCALES = (
    ("mobilising", "Mobilising relationships", "m1", 0.40, 0.75),
    ("beliefs", "Beliefs about relationships", "m8", 0.40, 0.75),
)
#: Items: code, sort, scale, reversed, wording.
ITEMS: tuple[tuple[str, str, str | None, bool, str], ...] = (
    ("ask", "rating", "mobilising", False, "I ask people whom I know for advice about work."),
    ("meet", "rating", "mobilising", False, "I ask people whom I know to bring me together with others."),
    ("help", "rating", "mobilising", False, "When I need help with an application, I know whom to ask."),
    ("thank", "rating", "mobilising", False, "I tell people what came of their help."),
    ("matter", "rating", "beliefs", False, "People whom I know can help me find my way at work."),
    ("grow", "rating", "beliefs", False, "I can get to know people in a field that interests me."),
    ("alone", "rating", "beliefs", True, "I would rather do without other people's help."),
    ("whom", "names", None, False, "Whom do you know? How many people did you name?"),
    ("obtained", "obtained", None, False, "How many interviews, offers and placements did you get?"),
    ("through", "obtained_through", None, False, "How many of them came through somebody whom you can name?"),
)
RATINGS = sum(sort == "rating" for _, sort, *_ in ITEMS)
MISSING = ("not_asked", "skipped", "refused", "does_not_apply")


def tables(people: Population, stated: Any) -> dict[str, Any]:
    """The survey of a block; blocks after the first ask nobody. stated: who says they know whom, by wave."""
    first = people.block == 0
    asked = np.flatnonzero(people.region[: people.learners] < people.profile.surveyed_regions) if first else _nobody()
    opens = [people.span.first + 75, people.span.last - 16]
    rounds = [_round(people, asked, stated, wave, when) for wave, when in enumerate(opens)]
    return {
        "survey_scale": _scales(first),
        "survey_item": _items(first),
        "survey_round": _rounds(opens if first else []),
        "survey_invitation": _invitations(people, rounds, opens),
        "response": _responses(people, rounds, opens),
    }


def _nobody() -> Ints:
    return np.zeros(0, np.int64)


def _round(people: Population, asked: Ints, stated: Any, wave: int, opens: int) -> dict[str, Any]:
    """One round: who was invited, whether they agreed, and the answers as (learner, item, value, missing)."""
    profile, draws = people.profile, people.draws("survey", wave)
    here = (people.entered[asked] <= opens) & ((people.left[asked] < 0) | (people.left[asked] > opens + WINDOW))
    invited = asked[here]
    n, low = len(invited), people.low[invited]
    share = np.where(low, profile.responded_low, profile.responded)
    share = share * np.where(english_learners(people)[invited], profile.responded_english_learner, 1.0)
    said = draws.chance(share, n)
    assent = draws.chance(profile.assented, n)
    who = invited[said & assent]
    # Everybody goes up a little between the rounds, whoever has professional ties more so.
    state = people.state[who]
    level = 2.4 + 0.5 * (state == CONNECTED) + 0.25 * (state != NO_PROFESSIONAL) - 0.3 * people.low[who] + 0.25 * wave
    values = np.concatenate(
        [_ratings(draws, level), _counts(draws, people, who, _named(people, who, stated, wave))], axis=1
    )
    gone = np.where(np.isnan(values), 0, -1)
    skipped = draws.chance(profile.unanswered_items, values.size).reshape(values.shape) & (gone < 0)
    refused = draws.chance(0.2, values.size).reshape(values.shape)
    gone = np.where(skipped, np.where(refused, MISSING.index("refused"), MISSING.index("skipped")), gone)
    # Nothing obtained, so nothing through anybody: the question is passed over.
    nothing = values[:, -2] == 0
    gone[nothing, -1] = MISSING.index("does_not_apply")
    return {
        "invited": invited,
        "assent": np.where(said, np.where(assent, 1, 0), -1),
        "who": np.repeat(who, len(ITEMS)),
        "item": np.tile(np.arange(len(ITEMS)), len(who)),
        "value": np.where(gone < 0, values, np.nan).reshape(-1),
        "missing": gone.reshape(-1),
        "day": opens + np.repeat(draws.below(10, len(who)), len(ITEMS)),
    }


def _ratings(draws: Draws, level: Floats) -> Floats:
    """1..5 a person and item: a person's own lean, then the item's; reversed items the other way round."""
    n = len(level)
    lean = level + draws.between(-2, 2, n) * 0.5
    answers = np.floor(lean[:, None] + 0.5 + draws.between(-1, 1, n * RATINGS).reshape(n, RATINGS) * 0.75)
    answers = np.clip(answers, 1, SCALE)
    turned = np.array([reverse for _, sort, _, reverse, _ in ITEMS if sort == "rating"], bool)
    found: Floats = np.where(turned, SCALE + 1 - answers, answers)
    return found


def _counts(draws: Draws, people: Population, who: Ints, named: Floats) -> Floats:
    """How many were named (NaN: that question was not asked), what was obtained, what of it through somebody."""
    n = len(who)
    known = people.state[who] == CONNECTED
    obtained = draws.about(np.where(known, 1.1, 0.5), n)
    through = np.minimum(obtained, draws.about(np.where(known, 0.6, 0.2) * obtained, n))
    return np.stack([named, obtained.astype(np.float64), through.astype(np.float64)], axis=1)


def _named(people: Population, who: Ints, stated: Any, wave: int) -> Floats:
    """How many people each learner names in that wave; NaN for those who were not asked for names."""
    import pyarrow.compute as pc

    rows = stated.filter(pc.equal(stated["wave"], WAVES[wave]))
    counts = Counter(rows["ego"].to_pylist())
    keys = people.key.take(_positions(who)).to_pylist()
    return np.array([counts.get(key, np.nan) for key in keys], np.float64)


def _positions(who: Ints) -> Any:
    import pyarrow as pa

    return pa.array(who, pa.int64())


def _scales(there: bool) -> Any:
    rows = SCALES if there else ()
    n = len(rows)
    code, name, measure, low, high = zip(*rows, strict=True) if rows else ((),) * 5
    return table(
        kind("survey_scale"),
        id=_texts(f"scale {each}" for each in code),
        **_of_instrument(n),
        scale=_texts(code),
        name=_texts(name),
        measure=_texts(measure),
        cut_low=_numbers(np.array(low, np.float64)),
        cut_high=_numbers(np.array(high, np.float64)),
        least=_numbers(np.full(n, 0.5)),
    )


def _items(there: bool) -> Any:
    rows = ITEMS if there else ()
    n = len(rows)
    code, sort, scale, reverse, wording = zip(*rows, strict=True) if rows else ((),) * 5
    rated = np.array([each == "rating" for each in sort], bool)
    return table(
        kind("survey_item"),
        id=_texts(f"item {each}" for each in code),
        **_of_instrument(n),
        item=_texts(code),
        sort=_texts(sort),
        scale=_texts(scale),
        low=_numbers(np.where(rated, 1.0, np.nan)),
        high=_numbers(np.where(rated, float(SCALE), np.nan)),
        reverse=flags(reverse),
        wording=_texts(wording),
    )


def _rounds(opens: list[int]) -> Any:
    n = len(opens)
    first = np.array(opens, np.int64)
    return table(
        kind("survey_round"),
        id=_texts(f"round {WAVES[at]}" for at in range(n)),
        **_of_instrument(n),
        wave=_texts(WAVES[:n]),
        opens=days(first),
        closes=days(first + WINDOW),
        assent=flags(np.ones(n, bool)),
    )


def _invitations(people: Population, rounds: list[dict[str, Any]], opens: list[int]) -> Any:
    who, assent, wave = _joined(rounds, "invited"), _joined(rounds, "assent"), _waves(rounds, "invited")
    day = np.array(opens, np.int64)[wave] if len(wave) else wave
    yes: Mask = assent >= 0
    return table(
        kind("survey_invitation"),
        id=ids(people, "SI", len(who)),
        round=coded(wave, [f"round {each}" for each in WAVES]),
        person=chosen(who, people.key),
        invited=days(day),
        assent=_bools(assent),
        assented_on=days(np.where(yes, day + 1, -1)),
    )


def _responses(people: Population, rounds: list[dict[str, Any]], opens: list[int]) -> Any:
    who, wave = _joined(rounds, "who"), _waves(rounds, "who")
    return table(
        kind("response"),
        id=ids(people, "SR", len(who)),
        person=chosen(who, people.key),
        **_of_instrument(len(who)),
        wave=coded(wave, WAVES),
        date=days(_joined(rounds, "day")),
        item=coded(_joined(rounds, "item"), [code for code, *_ in ITEMS]),
        value=_numbers(_joined(rounds, "value")),
        missing=coded(_joined(rounds, "missing"), MISSING),
    )


def _joined(rounds: list[dict[str, Any]], name: str) -> Any:
    return np.concatenate([each[name] for each in rounds])


def _waves(rounds: list[dict[str, Any]], name: str) -> Ints:
    return np.repeat(np.arange(len(rounds)), [len(each[name]) for each in rounds])


def _of_instrument(n: int) -> dict[str, Any]:
    codes = np.zeros(n)
    return {"instrument": coded(codes, (INSTRUMENT,)), "edition": coded(codes, (EDITION,))}


def _texts(values: Any) -> Any:
    import pyarrow as pa

    return pa.array(list(values), pa.string())


def _numbers(values: Floats) -> Any:
    import pyarrow as pa

    return pa.array(values, pa.float64(), mask=np.isnan(values))


def _bools(codes: Ints) -> Any:
    import pyarrow as pa

    return pa.array(codes > 0, pa.bool_(), mask=codes < 0)
