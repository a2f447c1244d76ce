"""A learner's line of the worklist as HTML, made once: the same lines are asked for all day."""

from collections.abc import Callable
from datetime import date

from markupsafe import Markup

from graph_service.desks.views.base import LearnerRow
from graph_service.web.language import words
from graph_service.web.rendering import TEMPLATES

#: Lines kept; some 800 bytes each.
KEPT = 20_000

_made: dict[tuple[str, date, str], tuple[LearnerRow, Markup]] = {}


def line(as_of: date) -> Callable[[LearnerRow], Markup]:
    """How a learner is shown on a day, in the reader's language."""
    language = words().language
    template = TEMPLATES.get_template("_learner_line.html.j2")

    def shown(row: LearnerRow) -> Markup:
        key = (language, as_of, row.id)
        found = _made.get(key)
        if found is None or (found[0] is not row and found[0] != row):
            if len(_made) >= KEPT:
                _made.clear()
            found = _made[key] = (row, Markup(template.render(row=row, as_of=as_of)))
        return found[1]

    return shown
