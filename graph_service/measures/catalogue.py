"""The catalogue: every measure is declared once, here or in a module that `load` names.

Docs, codebook, API fields and help are generated from the declarations; nothing is computed that is not
declared. A measure is a pure function of a snapshot that gives one value per person, or null with a reason.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import cache
from importlib import import_module
from typing import Any, Literal

import numpy as np

from graph_service.errors import UnknownMeasure, UnknownParameter
from graph_service.snapshot.snapshot import Snapshot

Model = Literal["whole", "ego"]
MODELS: tuple[Model, ...] = ("whole", "ego")
VERSION = "2026-11"

#: Why a value is null. A code, and what it means in words.
REASONS: dict[str, str] = {
    "no_ties": "the person has no ties, so this is undefined (not zero)",
    "fewer_than_two_ties": "at least two contacts are needed",
    "nothing_recorded": "nothing is recorded of the person yet",
    "no_known_value": "no contact has a known value of this attribute",
    "not_on_roster": "the person was not on the roster on that day",
    "no_ties_before": "there were no ties at the first date",
    "no_ties_at_all": "there were no ties at either date",
    "not_asked": "the person was not asked in a survey",
    "own_value_unknown": "the person's own value of this attribute is unknown",
    "no_pool": "nobody else is in the pool",
    "one_category": "there is only one category",
    "not_yet": "it has not happened by this day",
    "not_enrolled": "no first day of enrolment is known",
    "no_scale": "no scale is known for this attribute",
    "no_events": "there is no such event to count",
    "no_other_ends": "neither end of the tie has another contact",
    "too_few_answers": "fewer of the scale's items are answered than it needs",
    "not_in_low_group": "nobody of the low group has a defined share",
}


@dataclass(frozen=True, eq=False)
class Column:
    """One value per person: values (float64[n] or int64[n]), `null` (truth per person: undefined), and why.

    reason: a code of REASONS for all nulls, or one per person. n: how many contacts the value rests on.
    """

    values: np.ndarray
    null: np.ndarray
    reason: str | np.ndarray = "no_ties"
    n: np.ndarray | None = None

    @classmethod
    def full(cls, values: Any) -> "Column":
        """A column that is defined for everyone (counts)."""
        values = np.asarray(values)
        return cls(values, np.zeros(len(values), bool))

    @classmethod
    def of(cls, values: Any, reason: str | np.ndarray = "no_ties", n: Any = None) -> "Column":
        """A column whose NaN are null, for one reason (or one per person)."""
        values = np.asarray(values, np.float64)
        return cls(values, np.isnan(values), reason, None if n is None else np.asarray(n))

    def reasons(self) -> np.ndarray:
        """The reason code per person, "" where there is a value."""
        codes = np.full(len(self.values), "", object)
        codes[self.null] = self.reason if isinstance(self.reason, str) else self.reason[self.null]
        return codes

    def take(self, rows: np.ndarray) -> "Column":
        reason = self.reason if isinstance(self.reason, str) else self.reason[rows]
        return Column(self.values[rows], self.null[rows], reason, None if self.n is None else self.n[rows])


@dataclass(frozen=True)
class Measure:
    """The declaration of a measure.

    id, code: its names in tables and in the literature's catalogue. dimension: quantity, quality, structure,
    variety, access, mobilise, growth. better: `more`, `less` or None (context, never coloured good or bad).
    see_with: the measure that it is never shown without. extra: costly; computed only when asked for by name.
    level: what has a value: `learner`, `tie` (one per entry of the graph), `cohort` (see `measures.cohort`) or
    `growth` (see `measures.growth`).
    """

    id: str
    code: str
    name: str
    dimension: str
    formula: str
    unit: str
    range: str
    source: str
    compute: Callable[..., Column] = field(repr=False)
    meaning: str = ""
    undefined: tuple[str, ...] = ()
    better: str | None = None
    see_with: str | None = None
    inputs: tuple[str, ...] = ("ties",)
    level: str = "learner"
    whole_number: bool = False
    models: bool = False
    extra: bool = False


_declared: dict[str, Measure] = {}

#: Modules that declare measures.
MODULES = (
    "quantity",
    "structure",
    "quality",
    "variety",
    "access",
    "mobilise",
    "surveys",
    "ties",
    "crossgroup",
    "growth",
)


def measure(id: str, **declaration: Any) -> Callable[[Callable[..., Column]], Callable[..., Column]]:
    """Declare a measure; the function's docstring says in a sentence what it means."""

    def declare(compute: Callable[..., Column]) -> Callable[..., Column]:
        if id in _declared:
            raise ValueError(f"measure {id} is declared twice")
        undefined = declaration.pop("undefined", ())
        reasons = (undefined,) if isinstance(undefined, str) else tuple(undefined)
        unknown = set(reasons) - set(REASONS)
        if unknown:
            raise ValueError(f"measure {id}: unknown reasons {unknown}")
        name = declaration.pop("name", id.replace("_", " "))
        meaning = " ".join((compute.__doc__ or "").split())
        _declared[id] = Measure(id=id, name=name, compute=compute, meaning=meaning, undefined=reasons, **declaration)
        return compute

    return declare


@cache
def catalogue() -> dict[str, Measure]:
    """Every declared measure by id, in the order of `MODULES` and of declaration, whoever was imported first."""
    names = [import_module(f"graph_service.measures.{module}").__name__ for module in MODULES]
    place = {name: at for at, name in enumerate(names)}
    return dict(sorted(_declared.items(), key=lambda each: place[each[1].compute.__module__]))


@cache
def of_level(level: str) -> dict[str, Measure]:
    """The declared measures of one level."""
    return {id: each for id, each in catalogue().items() if each.level == level}


def get(id: str) -> Measure:
    """One declaration. Raises UnknownMeasure."""
    found = catalogue().get(id)
    if found is None:
        raise UnknownMeasure(measure=id)
    return found


def codebook() -> list[dict[str, str]]:
    """Every declaration as a row of texts: the codebook that travels with tables."""
    plain = ("id", "code", "name", "dimension", "level", "meaning", "formula", "unit", "range", "better")
    return [
        {name: getattr(each, name) or "" for name in plain}
        | {"undefined": ";".join(each.undefined), "see_with": each.see_with or ""}
        | {"inputs": ";".join(each.inputs), "source": each.source}
        for each in catalogue().values()
    ]


#: What is shown when nothing is asked for.
DEFAULT = (
    "network_size",
    "professional_network_size",
    "unconnected",
    "recorded_contacts",
    "strong_ties",
    "weak_ties",
    "dormant_ties",
    "ego_density",
    "effective_size",
    "efficiency",
    "constraint",
    "hierarchy",
    "support_ratio",
)

#: What a wave keeps unless told otherwise: every dimension, so that an evaluation has none without a row.
WAVE = (
    "network_size",
    "professional_network_size",
    "unconnected",
    "recorded_contacts",
    "programme_ties",
    "employers_reached",
    "strong_ties",
    "weak_ties",
    "dormant_ties",
    "mean_closeness",
    "multiplex_share",
    "resources_received",
    "ego_density",
    "effective_size",
    "efficiency",
    "constraint",
    "hierarchy",
    "support_ratio",
    "iqv_sector",
    "richness_sector",
    "iqv_tier",
    "extensity",
    "upper_reachability",
    "activation_ratio",
    "ask_rate",
    "survey_scale_m1",
    "survey_scale_m8",
    "referral_yield",
)


def compute(snapshot: Snapshot, ids: Sequence[str] = DEFAULT, model: Model = "whole") -> dict[str, Column]:
    """The columns of some measures, over all people of a snapshot. Raises UnknownMeasure, UnknownParameter."""
    if model not in MODELS:
        raise UnknownParameter(f"The model is one of {', '.join(MODELS)}.", model=model)
    known = of_level("learner")
    columns = {}
    for id in dict.fromkeys(ids):
        if id not in known:
            raise UnknownMeasure(measure=id)
        declared = known[id]
        columns[id] = declared.compute(snapshot, model) if declared.models else declared.compute(snapshot)
    return columns


def table(snapshot: Snapshot, ids: Sequence[str] = DEFAULT, model: Model = "whole", *, reasons: bool = False) -> Any:
    """An Arrow table, a row per person on the roster, sorted by person_id: the user's own keys first.

    Null where undefined; `reasons` adds a column `ID_reason` per measure that can be null.
    """
    import pyarrow as pa

    rows = snapshot.roster_rows
    keys = [str(snapshot.keys[at]) for at in rows]
    columns: dict[str, Any] = {"person_id": pa.array(keys, pa.string())}
    for id, column in compute(snapshot, ids, model).items():
        declared = get(id)
        chosen = column.take(rows)
        columns[id] = as_array(chosen, whole_number=declared.whole_number)
        if reasons and declared.undefined:
            codes = [code or None for code in chosen.reasons()]
            columns[f"{id}_reason"] = pa.array(codes, pa.string())
    return pa.table(columns)


def as_array(column: Column, *, whole_number: bool) -> Any:
    """A column as an Arrow array: whole numbers as int64, others as float64, null where undefined."""
    import pyarrow as pa

    if whole_number:
        values = np.where(column.null, 0, column.values).astype(np.int64)
        return pa.array(values, pa.int64(), mask=column.null)
    return pa.array(column.values.astype(np.float64), pa.float64(), mask=column.null)
