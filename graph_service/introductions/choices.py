"""The recommender's choices: shipped as a file, changed by a programme, told with every answer."""

import tomllib
from dataclasses import asdict, dataclass, field, replace
from functools import cache
from importlib.resources import files
from typing import Any

from graph_service.errors import UnknownParameter

#: Terms of lift, in the order of every array and table.
TERMS = ("effective_size", "sector_variety", "new_occupations", "new_employers", "tier", "goal_sector")


@dataclass(frozen=True)
class Choices:
    """See `data/choices.toml` for what each means; `tau` None stands for the median strength of live ties.

    >>> round(sum(Choices.shipped().lift.values()), 9)
    1.0
    """

    version: str
    lift: dict[str, float]
    assigned_strength: float
    new_tie_weight: float
    mutual_contacts: int
    strong_tie_sectors: tuple[str, ...]
    prior_asks: float
    rest_half_life: float
    age_floor: int
    cooldown_days: int
    school_staff_are_cleared: bool
    clearances: tuple[str, ...]
    same_language: bool
    same_mode: bool
    same_region: bool
    evenness: float
    targets_each: int
    connectors_each: int
    unknown_capacity: int
    excluded_organizations: tuple[str, ...] = field(default=())
    tau: float | None = None

    def __post_init__(self) -> None:
        if set(self.lift) != set(TERMS) or min(self.lift.values()) < 0 or sum(self.lift.values()) <= 0:
            raise UnknownParameter(f"Weights of lift are numbers of at least 0 for {', '.join(TERMS)}.")
        if self.tau is not None and not 0 < self.tau < float("inf"):
            raise UnknownParameter("tau is a positive strength.")
        for name in ("assigned_strength", "new_tie_weight", "mutual_contacts", "prior_asks", "rest_half_life"):
            if not 0 < getattr(self, name) < float("inf"):
                raise UnknownParameter(f"{name} is a positive number.")
        if not 0 <= self.evenness < float("inf"):
            raise UnknownParameter("evenness is a number of at least 0.")
        if not (1 <= self.targets_each <= 200 and 1 <= self.connectors_each <= 20):
            raise UnknownParameter("targets_each is 1 to 200, connectors_each 1 to 20.")
        if not 1 <= self.unknown_capacity <= 1000:
            raise UnknownParameter("unknown_capacity is 1 to 1000.")
        total = sum(self.lift.values())
        object.__setattr__(self, "lift", {name: self.lift[name] / total for name in TERMS})

    @classmethod
    def shipped(cls) -> "Choices":
        """The choices of the shipped file."""
        return _shipped()

    def with_(self, **changes: Any) -> "Choices":
        """The same with some changed. Raises UnknownParameter."""
        unknown = sorted(set(changes) - set(self.__dataclass_fields__))
        if unknown:
            raise UnknownParameter(f"The recommender has no choice {', '.join(unknown)}.")
        if "lift" in changes:
            changes["lift"] = {**self.lift, **changes["lift"]}
        return replace(self, **changes)

    def as_dict(self) -> dict[str, Any]:
        """Plain values, as an answer carries them."""
        return {name: list(value) if isinstance(value, tuple) else value for name, value in asdict(self).items()}


@cache
def _shipped() -> Choices:
    text = (files("graph_service.introductions") / "data" / "choices.toml").read_text(encoding="utf-8")
    read = tomllib.loads(text)
    values: dict[str, Any] = {
        name: tuple(value) if isinstance(value, list) else value
        for name, value in (read["score"] | read["gates"] | read["assign"]).items()
    }
    return Choices(version=read["version"], lift=read["lift"], **values)
