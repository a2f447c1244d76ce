"""The suggestions for one learner or all, in the two forms that people take them away in: plain values and table."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from graph_service.errors import UnknownPerson
from graph_service.introductions.answer import header, missing, one, refusing
from graph_service.introductions.choices import TERMS, Choices
from graph_service.introductions.explain import check, explain, nothing
from graph_service.introductions.history import Reader
from graph_service.introductions.recommend import MOST, Field, field_of, learner_at, learners, recommend
from graph_service.introductions.search import Found

if TYPE_CHECKING:
    from graph_service.snapshot.snapshot import Snapshot


#: What is kept of a suggestion that is put on its way.
STATED = ("score", "p_target", "lift")


@dataclass(frozen=True, eq=False)
class Suggestions:
    """Who should meet whom, for staff. `as_dict` for JSON, `table` (Arrow) and `frame` (pandas) for analysis."""

    field: Field
    found: Found
    single: bool

    def as_dict(self) -> dict[str, Any]:
        """One learner's answer, or `learners` with everyone's; see `answer`."""
        told = [one(self.field, self.found, at) for at in range(len(self.found.rows))]
        return header(self.field) | (told[0] if self.single else {"learners": told})

    def explain(self, audience: str = "coordinator", language: str = "en") -> list[dict[str, Any]]:
        """Every suggestion in the words of who reads it: `coordinator`, `connector`, `target`, `learner`; en or es.

        For each learner `suggestions` with texts; for the learner's own eyes `nothing` where there is none: the same
        words whatever the reason. Raises UnknownParameter.
        """
        check(audience, language)
        told = []
        for at in range(len(self.found.rows)):
            places = np.flatnonzero(self.found.target[at] >= 0).tolist()
            each: dict[str, Any] = {
                "learner": str(self.field.snapshot.keys[self.found.rows[at]]),
                "suggestions": [
                    explain(self.field, self.found, at, place, audience, language).as_dict() for place in places
                ],
            }
            if audience == "learner" and not places:
                each["nothing"] = nothing(language)
            told.append(each)
        return told

    def missing(self, language: str = "en", name: Callable[[int], str] | None = None) -> list[str]:
        """For one learner without a suggestion: what would make one possible, in words for staff; else nothing.

        name: what somebody at a position is called; the own key where it is left out.
        """
        check("coordinator", language)
        if (self.found.target[0] >= 0).any():
            return []
        own = refusing(self.field, int(self.found.rows[0]))
        return [each["text"] for each in missing(self.field, self.found, 0, own, language, name)]

    def table(self) -> Any:
        """One row per suggestion: learner, rank, target, connector, score and its terms (null: left out)."""
        import pyarrow as pa

        found, keys = self.found, np.asarray(self.field.snapshot.keys, object)
        row, place = np.nonzero(found.target >= 0)
        connector = self.field.paths.first.who[found.near[row, place]]
        columns: dict[str, Any] = {
            "learner": pa.array(keys[found.rows[row]], pa.string()),
            "rank": pa.array(place + 1, pa.int64()),
            "target": pa.array(keys[found.target[row, place]], pa.string()),
            "connector": pa.array(keys[connector], pa.string()),
        }
        for name in ("score", "probability", "lift", "discount"):
            columns[name] = pa.array(getattr(found, name)[row, place], pa.float64())
        for at, term in enumerate(TERMS):
            unused = np.full(len(row), self.field.scales.lift[at] == 0)
            if term == "goal_sector":
                unused |= self.field.network.goals[found.rows[row]] == 0
            columns[term] = pa.array(found.terms[row, place, at], pa.float64(), mask=unused)
        for name in ("ways", "mutual"):
            columns[name] = pa.array(getattr(found, name)[row, place], pa.int64())
        return pa.table(columns)

    def frame(self) -> Any:
        """The same as a pandas frame."""
        return self.table().to_pandas()


def stated(
    snapshot: "Snapshot", evidence: Reader, learner: Any, connector: Any, target: Any, choices: Choices | None = None
) -> dict[str, Any]:
    """What is known of three people (own keys or internal ids) when staff put an introduction on its way.

    terms: score, probability and lift of the target for the learner as JSON, so that they can be held against what
    came of it; None where nothing of the kind is suggested: staff may know of a way that no record shows. assigned:
    the learner is on the connector's caseload.
    """
    field = field_of(snapshot, evidence, choices)
    try:
        row, near, far = (snapshot.position(each) for each in (learner, connector, target))
    except UnknownPerson:
        return {"terms": None, "assigned": False}
    first = field.paths.first
    assigned = any(first.assigned[h] for h in first.row(row) if first.who[h] == near)
    found = recommend(field, np.array([row]), MOST)
    places = np.flatnonzero(found.target[0] == far)
    if not len(places):
        return {"terms": None, "assigned": assigned}
    at = int(places[0])
    values = found.score[0, at], found.probability[0, at], found.lift[0, at]
    return {"terms": json.dumps(dict(zip(STATED, map(float, values), strict=True))), "assigned": assigned}


def suggest(
    snapshot: "Snapshot", evidence: Reader, learner: Any = None, limit: int = 5, choices: Choices | None = None
) -> Suggestions:
    """Suggestions for a learner (own key), or for everyone on the roster.

    Raises UnknownPerson, NotFound (not a learner), UnknownParameter (limit), BadGraph (edges alone).
    """
    field = field_of(snapshot, evidence, choices)
    rows = learners(field) if learner is None else np.array([learner_at(field, learner)])
    return Suggestions(field, recommend(field, rows, limit), learner is not None)
