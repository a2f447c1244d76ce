"""Measures, growth and introductions as tables of learners."""

from typing import Any

from pydantic import Field

from graph_service.desks.views.base import About, View


class MeasureDeclared(View):
    """A measure of the catalogue: what it means, how it is computed, when it has no value."""

    id: str = Field(examples=["constraint"])
    code: str = Field(description="its name in the literature's catalogue")
    name: str
    dimension: str
    level: str = Field(description="learner, tie, cohort or growth")
    meaning: str
    formula: str = Field(description="in LaTeX")
    unit: str
    range: str
    better: str | None = Field(description="more, less, or null: context, never coloured good or bad")
    see_with: str | None = Field(description="the measure that it is never shown without")
    undefined: tuple[str, ...] = Field(description="codes of why a value can be null")
    extra: bool = Field(description="costly: computed only when named in `extra`")
    source: str


class Catalogue(View):
    """Every measure."""

    items: tuple[MeasureDeclared, ...]


def _declared(schema: dict[str, Any]) -> None:
    """Every measure as a field of its own: what it means, in the words of the catalogue."""
    from graph_service.measures.catalogue import of_level

    schema["properties"] = {
        id: {
            "anyOf": [{"type": "number"}, {"type": "null"}],
            "title": each.name,
            "description": f"{each.meaning} Unit: {each.unit}; range: {each.range}.",
        }
        for level in ("learner", "growth")
        for id, each in of_level(level).items()
    }


class MeasuredRow(View):
    """One learner's values: null where undefined, with the code of the reason."""

    id: str = Field(description="internal id")
    person_id: str = Field(description="the programme's own key")
    values: dict[str, float | None] = Field(json_schema_extra=_declared)
    reasons: dict[str, str] = Field(description="why a value is null, by measure")


class MeasuredPage(View):
    """A page of learners with values, in order of person_id."""

    about: About
    columns: tuple[str, ...]
    items: tuple[MeasuredRow, ...]
    next: str | None = Field(default=None, description="address of the next page, null at the end")


class Introductions(View):
    """Warm introductions for one learner, for staff: paths, terms, reasons, and what is missing where none is."""

    id: str
    answer: dict[str, Any]
