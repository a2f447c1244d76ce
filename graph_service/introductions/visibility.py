"""Who sees what of an introduction: fields by party and state, from the workflow's declaration."""

from collections.abc import Mapping, Sequence
from typing import Any

from graph_service.introductions.workflow import Workflow, workflow

#: What somebody outside the staff is told of how far it is. Endings before the meeting are one and the same.
PHASES = {
    "suggested": "idea",
    "requested": "on_its_way",
    "approved": "on_its_way",
    "connector_asked": "on_its_way",
    "connector_agreed": "on_its_way",
    "target_asked": "on_its_way",
    "target_agreed": "on_its_way",
    "made": "made",
    "met": "met",
    "followed_up": "met",
    "closed": "done",
}
NOT_THIS_TIME = "not_this_time"


def phase(state: str) -> str:
    """The neutral word for a state.

    >>> {phase(state) for state in ("declined", "lapsed", "withheld", "blocked", "withdrawn")}
    {'not_this_time'}
    """
    return PHASES.get(state, NOT_THIS_TIME)


def fields(party: str, furthest: str, of: Workflow | None = None) -> tuple[str, ...]:
    """The fields that a party sees of an introduction whose furthest state on the way through is `furthest`.

    Empty where the party has not come in yet: an adult who was never asked hears nothing.
    """
    made = of or workflow()
    found: list[str] = []
    for state, more in made.parties[party].sees.items():
        if made.order(furthest) >= made.order(state):
            found += more
    return tuple(dict.fromkeys(found))


def furthest(history: Sequence[Mapping[str, Any]], of: Workflow | None = None) -> str:
    """The furthest state on the way through that an introduction ever had (endings apart)."""
    made = of or workflow()
    passed = [event["state"] for event in history if not made.states[event["state"]].ends or event["state"] == "closed"]
    return max(passed, key=made.order, default="suggested")


def shown(values: Mapping[str, Any], party: str, far: str, of: Workflow | None = None) -> dict[str, Any]:
    """What of the values a party may see."""
    return {name: values[name] for name in fields(party, far, of) if name in values}
