"""What a person is told of a form that was refused; the form is shown again, with what was typed."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from graph_service.errors import Conflict, InvalidRecord, ServiceError, StaleVersion, UsageError
from graph_service.web.language import text

PROBLEMS = (Conflict, InvalidRecord, UsageError, ValueError)


def day_of(fields: Mapping[str, str], name: str) -> date:
    """A day of a form. Raises ValueError that says so."""
    try:
        return date.fromisoformat(fields.get(name, ""))
    except ValueError:
        raise ValueError(text("Give a day.")) from None


def number_of(fields: Mapping[str, str], name: str) -> float:
    """A number of a form. Raises ValueError that says so."""
    try:
        return float(fields.get(name, ""))
    except ValueError:
        raise ValueError(text("Give a number.")) from None


def told(error: Exception) -> tuple[str, int]:
    """What a person is told of an error, and the status of the answer."""
    if isinstance(error, StaleVersion):
        return text(
            "Somebody else changed this meanwhile. What is kept is shown beside your answers: decide again."
        ), 409
    if isinstance(error, ServiceError):
        problems = error.problems if isinstance(error, InvalidRecord) else []
        return text("This does not fit: %(what)s.", what=_list(problems) or str(error)), error.status
    return str(error), 422


def _list(problems: list[dict[str, Any]]) -> str:
    return "; ".join(f"{each['field']}: {each['found']} ({each['expected']})" for each in problems[:10])
