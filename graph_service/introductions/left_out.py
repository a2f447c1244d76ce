"""Who gets no introduction, and what would help: one reason for each learner, summed up for the whole programme."""

from collections import Counter
from dataclasses import dataclass
from typing import Any

import numpy as np

from graph_service.introductions.answer import mending_words, quiet_ties, texts
from graph_service.introductions.gates import CODES
from graph_service.introductions.options import Options
from graph_service.introductions.recommend import Field, refused_by
from graph_service.introductions.ties_told import label
from graph_service.snapshot.people import SECTORS


@dataclass(frozen=True)
class Help:
    """What would help a learner: a code, and whom or what it is about (an own key, a gate's or a sector's code)."""

    code: str
    about: str | None = None


def helps(field: Field, options: Options, served: np.ndarray, full: np.ndarray) -> dict[int, Help]:
    """What would help each learner who is not served, by place in `options.rows`.

    full: truth per adult: every place is taken.
    """
    warm = _to_warm(field)
    left = np.flatnonzero(~served)
    gates = refused_by(field, options.rows[left])
    return {at: _help(field, options, at, full, warm, gates[k]) for k, at in enumerate(left.tolist())}


def _help(field: Field, options: Options, at: int, full: np.ndarray, warm: dict[int, int], gates: np.ndarray) -> Help:
    row, keys = int(options.rows[at]), field.snapshot.keys
    own = int(field.rules.learner[row])
    if own:
        return Help("gate", next(code for k, code in enumerate(CODES) if own >> k & 1))
    run = range(int(options.ptr[at]), int(options.ptr[at + 1]))
    if run:
        best = max(run, key=lambda option: float(options.value[option]))
        taken = [adult for adult in (options.target[best], options.connector[best]) if full[adult]]
        # Whoever never said how many may well have more places than the plan dares to lay on them.
        untold = bool(taken) and field.facts.capacity[taken[0]] < 0
        return Help("capacity" if untold else "place", str(keys[int(taken[0])]) if taken else None)
    if row in warm:
        return Help("warm", str(keys[warm[row]]))
    hops = field.paths.first.row(row)
    if not len(hops):
        return Help("own_contact")
    if gates.any():
        return Help("gate", CODES[int(gates.argmax())])
    if options.found.useless[at]:
        return Help("new_field")
    goals = int(field.network.goals[row])
    return Help("host", next((code for k, code in enumerate(SECTORS) if goals >> k & 1), None))


def _to_warm(field: Field) -> dict[int, int]:
    """Per learner the contact gone quiet most recently who knows targets and may be asked."""
    quiet, facts = quiet_ties(field), field.facts
    one, other, last = np.repeat(np.arange(len(facts)), np.diff(quiet.indptr)), quiet.indices, quiet.weights
    reaches = np.diff(field.paths.second.ptr) > 0
    good = (facts.learner | facts.research)[one] & (facts.adult | facts.research)[other]
    good &= reaches[other] & (field.rules.adult[other] == 0)
    order = np.lexsort((-other[good], last[good]))
    return dict(zip(one[good][order].tolist(), other[good][order].tolist(), strict=True))


def summed(found: dict[int, Help], needy: np.ndarray, language: str = "en") -> list[dict[str, Any]]:
    """What would help most, first: how many learners, and how many of them have nobody; in words for staff."""
    words, mends = texts("coordinator", language)["help"], mending_words(language)
    everyone = Counter(found.values())
    with_nobody = Counter(each for at, each in found.items() if needy[at])
    told = []
    for each, count in sorted(everyone.items(), key=lambda pair: (-pair[1], pair[0].code, pair[0].about or "")):
        about = words["any"] if each.about is None else each.about
        if each.about and each.code in ("gate", "host"):
            about = mends[each.about] if each.code == "gate" else label("career_clusters", each.about, language)
        told.append(
            {
                "code": each.code,
                "about": each.about,
                "learners": count,
                "with_nobody": with_nobody[each],
                "text": words[each.code].format(about=about, learners=count),
            }
        )
    return told
