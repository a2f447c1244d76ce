"""The state machine of an introduction, read from `data/workflow.yaml`: states, moves, and what they ask for."""

from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

from graph_service.errors import Conflict, NotYours, UnknownParameter, UsageError
from graph_service.records.vocabulary import vocabulary

REQUIREMENTS = ("gates", "reason", "date")
FIRST = "suggested"


class WrongState(Conflict):
    """The move does not exist from the state in which the introduction is."""

    code, title = "wrong_state", "This cannot be done with the introduction as it stands"


class GateClosed(Conflict):
    """A gate refuses the three people on this day. `details["gates"]` are codes: given to staff alone."""

    code, title = "gate_closed", "The introduction cannot go on"
    hint = "A coordinator can see why."

    def sentence(self) -> str:
        gates = ", ".join(self.details.get("gates", ()))
        return f"{self.title}: {gates}." if gates else f"{self.title}. {self.hint}"

    def problem(self) -> dict[str, Any]:
        gates = self.details.get("gates")
        return super().problem() | ({"gates": list(gates)} if gates else {})


@dataclass(frozen=True)
class State:
    """waits_for: the party whose turn it is; school_days: until it lapses (None: never); remind: on these days.

    holds: adults whose capacity is reserved; spends: adults against whose month it counts; ends: nothing follows.
    """

    name: str
    waits_for: str | None = None
    school_days: int | None = None
    remind: tuple[int, ...] = ()
    holds: tuple[str, ...] = ()
    spends: tuple[str, ...] = ()
    ends: bool = False


@dataclass(frozen=True)
class Move:
    """One arrow: from a state to another, by whom, on what conditions, reserving whose capacity."""

    name: str
    source: str
    to: str
    by: tuple[str, ...]
    requires: tuple[str, ...] = ()
    reserves: tuple[str, ...] = ()


@dataclass(frozen=True)
class Party:
    """Somebody's part in an introduction: what it is, and what is seen from which state on."""

    name: str
    says: str
    sees: dict[str, tuple[str, ...]]


@dataclass(frozen=True)
class Workflow:
    """The declaration as a whole."""

    version: str
    states: dict[str, State]
    moves: tuple[Move, ...]
    parties: dict[str, Party]
    goal_days: int

    def find(self, move: str, state: str, parties: set[str]) -> Move:
        """The arrow of a name from a state that one of the parties may take.

        Raises UnknownParameter (no such move), WrongState (not from here), NotYours (not by you).
        """
        named = [each for each in self.moves if each.name == move]
        if not named:
            raise UnknownParameter(f"There is no move {move[:30]!r}. Moves: {', '.join(self.names())}.")
        here = [each for each in named if each.source == state]
        if not here:
            raise WrongState(f"The introduction is {state}; {move} is possible from {', '.join(_sources(named))}.")
        mine = [each for each in here if parties & set(each.by)]
        if not mine:
            raise NotYours()
        return mine[0]

    def find_blind(self, move: str, state: str, parties: set[str]) -> Move:
        """The same for who is not told the state: what is refused does not depend on it.

        Raises UnknownParameter, NotYours (a move that never is yours), WrongState (not now).
        """
        named = [each for each in self.moves if each.name == move]
        mine = [each for each in named if parties & set(each.by)]
        if named and not mine:
            raise NotYours()
        here = [each for each in mine if each.source == state]
        if named and not here:
            raise WrongState()
        return here[0] if here else self.find(move, state, parties)

    def possible(self, state: str, parties: set[str]) -> list[str]:
        """The moves that the parties may make from a state."""
        return list(dict.fromkeys(m.name for m in self.moves if m.source == state and parties & set(m.by)))

    def names(self) -> list[str]:
        return list(dict.fromkeys(each.name for each in self.moves))

    def order(self, state: str) -> int:
        """How far along a state is; endings come after everything."""
        return list(self.states).index(state)


def _sources(moves: list[Move]) -> list[str]:
    return list(dict.fromkeys(each.source for each in moves))


@cache
def workflow() -> Workflow:
    """The shipped workflow. Raises UsageError when the declaration contradicts itself."""
    import yaml

    path = files("graph_service.introductions") / "data" / "workflow.yaml"
    return parse(yaml.safe_load(path.read_text(encoding="utf-8")))


def parse(read: dict[str, Any]) -> Workflow:
    """A workflow out of its declaration. Raises UsageError."""
    states = {name: _state(name, about) for name, about in read["states"].items()}
    moves = tuple(
        Move(
            each["move"],
            source,
            each["to"],
            tuple(each["by"]),
            tuple(each.get("requires", ())),
            tuple(each.get("reserves", ())),
        )
        for each in read["moves"]
        for source in each["from"]
    )
    parties = {
        name: Party(name, about["says"], {state: tuple(fields) for state, fields in about["sees"].items()})
        for name, about in read["parties"].items()
    }
    made = Workflow(str(read["version"]), states, moves, parties, int(read["goal_days"]))
    _check(made)
    return made


def _state(name: str, about: dict[str, Any]) -> State:
    values: dict[str, Any] = {key: tuple(each) if isinstance(each, list) else each for key, each in about.items()}
    return State(name, **values)


def _check(made: Workflow) -> None:
    """What would be a mistake in the file: unknown names, arrows out of an ending, capacity that is never given."""
    codes = set(vocabulary("introduction_states").codes)
    problems = []
    if set(made.states) != codes:
        problems.append(f"states differ from the vocabulary: {sorted(set(made.states) ^ codes)}")
    for each in made.moves:
        where = f"{each.name} from {each.source}"
        if each.source not in made.states or each.to not in made.states:
            problems.append(f"{where}: unknown state")
            continue
        if set(each.by) - set(made.parties) or set(each.requires) - set(REQUIREMENTS):
            problems.append(f"{where}: unknown party or requirement")
        gained = set(made.states[each.to].holds) - set(made.states[each.source].holds)
        if gained != set(each.reserves):
            problems.append(f"{where}: reserves {each.reserves}, but {each.to} holds {sorted(gained)} more")
    for state in made.states.values():
        if state.school_days and not [m for m in made.moves if m.source == state.name and "system" in m.by]:
            problems.append(f"{state.name} waits, but nothing ends the wait")
    if problems:
        raise UsageError("The workflow contradicts itself: " + "; ".join(problems) + ".")
