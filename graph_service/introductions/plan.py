"""A plan of introductions for a whole programme: what `assign` chose, what it is held against, who is left out."""

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from graph_service.introductions.answer import header
from graph_service.introductions.assign import PARTS, assign
from graph_service.introductions.choices import Choices
from graph_service.introductions.explain import check
from graph_service.introductions.figures import gini
from graph_service.introductions.history import Reader
from graph_service.introductions.left_out import helps, summed
from graph_service.introductions.methods import Method, greedy, top
from graph_service.introductions.options import Options, options_of
from graph_service.introductions.problem import Problem
from graph_service.introductions.recommend import Field, field_of
from graph_service.introductions.subgroups import LEAST, members

if TYPE_CHECKING:
    from graph_service.snapshot.snapshot import Snapshot

#: Introductions for one learner in one plan.
MOST_EACH = 3


@dataclass(frozen=True, eq=False)
class Plan:
    """Who is to be introduced to whom through whom. `as_dict` for JSON, `table` (Arrow), `frame` (pandas).

    option: chosen options; round: 1 for each learner's first introduction; group: number of the meeting, -1 alone.
    needy: truth per learner asked about: no professional contact. left: units of capacity before the plan.
    """

    field: Field
    options: Options
    option: np.ndarray
    round: np.ndarray
    group: np.ndarray
    needy: np.ndarray
    draw: np.ndarray
    left: np.ndarray
    seed: int
    each: int
    proven: bool
    parts: int

    @cached_property
    def chosen(self) -> Method:
        """The plan as a method beside others."""
        load = np.zeros(len(self.left), np.int64)
        alone = self.option[self.group < 0]
        np.add.at(load, self.options.connector[alone], 1)
        np.add.at(load, self.options.target[alone], 1)
        _, first = np.unique(self.group[self.group >= 0], return_index=True)
        meeting = self.option[self.group >= 0][first]
        np.add.at(load, self.options.connector[meeting], 1)
        np.add.at(load, self.options.target[meeting], 1)
        return Method("assigned", self.option, load, float(self.options.value[self.option].sum()), 0)

    @cached_property
    def pool(self) -> np.ndarray:
        """Every adult whom some option would ask."""
        return np.unique(np.concatenate([self.options.connector, self.options.target]))

    @cached_property
    def baselines(self) -> tuple[Method, Method]:
        """By choices learner by learner, which know what adults said and not the plan's limit for those who did not."""
        left = np.where(self.field.facts.capacity < 0, -1, self.left)
        return greedy(self.options, left, self.each), top(self.options, left, self.each)

    def figures(self) -> dict[str, Any]:
        """Coverage (of all learners with nobody first), loads, and the methods side by side."""
        options, needy = self.options, self.needy
        served = self.chosen.served(options)
        path = np.diff(options.ptr) > 0
        refused = self.field.rules.learner[options.rows] != 0
        used = self.field.facts.history.used
        aimless = self.field.network.goals[options.rows] == 0
        people = self.field.snapshot.people
        assert people is not None
        staff = people.staff
        return {
            "learners": len(needy),
            "with_nobody": int(needy.sum()),
            "with_nobody_refused": int((needy & refused).sum()),
            "with_nobody_and_a_path": int((needy & path).sum()),
            "share_of_nobody_with_a_path": share(path, needy),
            "share_of_nobody_served": share(served, needy),
            "share_of_nobody_with_a_path_served": share(served, needy & path),
            "with_a_path": int(path.sum()),
            "served": int(served.sum()),
            "share_with_a_path_served": share(served, path),
            "without_a_goal": int(aimless.sum()),
            "share_without_a_goal_served": share(served, aimless),
            "group_meetings": len(np.unique(self.group[self.group >= 0])),
            "load_gini_before": gini(used[self.pool]),
            "load_gini_after": gini((used + self.chosen.load)[self.pool]),
            "methods": [each.figures(options, self.pool, staff, needy) for each in (self.chosen, *self.baselines)],
        }

    def subgroups(self, evidence: Reader) -> dict[str, dict[str, dict[str, Any]]]:
        """Coverage by subgroup, ours beside greedy's. Read for this report alone; small ones are not told apart."""
        served, theirs = self.chosen.served(self.options), self.baselines[0].served(self.options)
        snapshot = self.field.snapshot
        assert snapshot.as_of is not None
        return {
            attribute: {
                value: {"learners": int(mask.sum()), "served": share(served, mask), "greedy": share(theirs, mask)}
                for value, mask in values.items()
                if mask.sum() >= LEAST
            }
            for attribute, values in members(evidence, snapshot, self.options.rows, snapshot.as_of).items()
        }

    def draws(self) -> list[dict[str, Any]]:
        """The draws that may have decided: of learners with equal value for an adult whose places are all taken."""
        full, options = self._full, self.options
        short = full[options.target] | full[options.connector]
        at = np.flatnonzero(short)
        part = np.rint(options.value[at] * PARTS).astype(np.int64)
        code = options.target[at] * (PARTS + 1) + part
        pairs = np.unique(np.stack([code, options.learner[at]]), axis=1)
        _, place, size = np.unique(pairs[0], return_inverse=True, return_counts=True)
        tied = np.zeros(len(options.rows), np.int64)
        np.maximum.at(tied, pairs[1], size[place])
        keys = self.field.snapshot.keys
        return [
            {"learner": str(keys[options.rows[who]]), "number": float(self.draw[who]), "tied": int(tied[who])}
            for who in np.flatnonzero(tied > 1).tolist()
        ]

    @cached_property
    def _full(self) -> np.ndarray:
        found: np.ndarray = (self.left >= 0) & (self.chosen.load >= self.left)
        return found

    def left_out(self, language: str = "en") -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
        """Each learner who gets none with what would help; and what would help most, summed up, in words.

        Raises UnknownParameter for a language without texts.
        """
        check("coordinator", language)
        found = helps(self.field, self.options, self.chosen.served(self.options), self._full)
        keys, rows = self.field.snapshot.keys, self.options.rows
        each = [
            {"learner": str(keys[rows[at]]), "nobody": bool(self.needy[at]), "code": what.code, "about": what.about}
            for at, what in found.items()
        ]
        return each, summed(found, self.needy, language)

    def as_dict(self, evidence: Reader | None = None, language: str = "en") -> dict[str, Any]:
        """Everything of the plan as plain values with own keys. evidence: adds coverage by subgroup."""
        each, what_helps = self.left_out(language)
        told = header(self.field) | {
            "seed": self.seed,
            "each": self.each,
            "proven": self.proven,
            "parts": self.parts,
            "introductions": self.table().to_pylist(),
            "figures": self.figures(),
            "draws": self.draws(),
            "left_out": each,
            "would_help": what_helps,
        }
        return told if evidence is None else told | {"subgroups": self.subgroups(evidence)}

    def table(self) -> Any:
        """One row per introduction: the three, score, probability and lift, round, group (null: alone)."""
        import pyarrow as pa

        keys, options = np.asarray(self.field.snapshot.keys, object), self.options
        order = np.lexsort((self.round, options.learner[self.option]))
        at = self.option[order]
        group = self.group[order]
        return pa.table(
            {
                "learner": pa.array(keys[options.rows[options.learner[at]]], pa.string()),
                "connector": pa.array(keys[options.connector[at]], pa.string()),
                "target": pa.array(keys[options.target[at]], pa.string()),
                "score": pa.array(options.value[at], pa.float64()),
                "p_target": pa.array(options.found.probability[options.learner[at], options.place[at]], pa.float64()),
                "lift": pa.array(options.found.lift[options.learner[at], options.place[at]], pa.float64()),
                "round": pa.array(self.round[order], pa.int64()),
                "group": pa.array(group + 1, pa.int64(), mask=group < 0),
                "had_nobody": pa.array(self.needy[options.learner[at]], pa.bool_()),
            }
        )

    def frame(self) -> Any:
        """The same as a pandas frame."""
        return self.table().to_pandas()


def share(what: np.ndarray, among: np.ndarray) -> float | None:
    """The share of `among` that is `what`; None where there is nobody."""
    return float(what[among].mean()) if among.any() else None


def plan(
    snapshot: "Snapshot",
    evidence: Reader,
    *,
    seed: int = 0,
    each: int = 1,
    groups: bool = True,
    rows: np.ndarray | None = None,
    choices: Choices | None = None,
) -> Plan:
    """Assign everyone on the roster (or `rows`): as `assign` says, in rounds.

    each: introductions for one learner, at most; nobody gets a second before everybody who can has a first.
    groups: let small groups meet one adult where that serves more learners who have nobody. seed: of the draws.
    Raises UnknownParameter, BadGraph.
    """
    from graph_service.errors import UnknownParameter
    from graph_service.measures import catalogue

    if not 1 <= each <= MOST_EACH:
        raise UnknownParameter(f"A plan has 1 to {MOST_EACH} introductions for each learner.")
    field = field_of(snapshot, evidence, choices)
    rows = np.sort(snapshot.roster_rows) if rows is None else np.sort(rows)
    options = options_of(field, rows)
    contacts = catalogue.compute(snapshot, ("professional_network_size",))["professional_network_size"]
    needy = contacts.values[rows] == 0
    draw = np.random.default_rng(seed).random(len(rows))
    capacity, used = field.facts.capacity, field.facts.history.used
    left = np.maximum(np.where(capacity < 0, field.choices.unknown_capacity, capacity) - used, 0)
    apart = _apart(field, rows)
    remaining, load = left.copy(), used.astype(np.int64)
    open_options = np.arange(len(options))
    chosen, turn, together, proven, parts = [], [], [], True, 0
    for number in range(1, each + 1):
        some = options.only(open_options)
        problem = Problem(
            some.learner, some.connector, some.target, some.value, needy if number == 1 else np.zeros(len(rows), bool),
            draw, remaining, load, field.choices.evenness, groups and number == 1, apart,
        )  # fmt: skip
        found = assign(problem)
        chosen.append(open_options[found.option])
        turn.append(np.full(len(found.option), number))
        together.append(found.group)
        proven &= found.proven
        parts = parts or found.parts
        remaining, load, open_options = _after(options, open_options, chosen[-1], found.group, remaining, load)
    option = np.concatenate(chosen)
    order = np.argsort(option, kind="stable")
    return Plan(
        field, options, option[order], np.concatenate(turn)[order], np.concatenate(together)[order], needy, draw, left,
        seed, each, proven, parts,
    )  # fmt: skip


def _apart(field: Field, rows: np.ndarray) -> frozenset[tuple[int, int]]:
    """Learners (places in rows) one of whom does not want to meet the other."""
    pairs = field.facts.history.pairs["blocked"]
    place = {int(row): at for at, row in enumerate(rows.tolist())}
    both = [(place[a], place[b]) for a, b in pairs.tolist() if a in place and b in place]
    return frozenset(both + [(b, a) for a, b in both])


def _after(
    options: Options,
    open_options: np.ndarray,
    chosen: np.ndarray,
    group: np.ndarray,
    left: np.ndarray,
    load: np.ndarray,
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Units and loads after a round, and the options that are still open: other targets, adults with places."""
    _, first = np.unique(group[group >= 0], return_index=True)
    taken = np.concatenate([chosen[group < 0], chosen[group >= 0][first]])
    more = np.bincount(np.concatenate([options.connector[taken], options.target[taken]]), minlength=len(left))
    left, load = np.where(left < 0, left, left - more), load + more
    used = set(zip(options.learner[chosen].tolist(), options.target[chosen].tolist(), strict=True))
    pair = zip(options.learner[open_options].tolist(), options.target[open_options].tolist(), strict=True)
    fresh = np.array([each not in used for each in pair], bool)
    fresh &= (left[options.connector[open_options]] != 0) & (left[options.target[open_options]] != 0)
    return left, load, open_options[fresh]
