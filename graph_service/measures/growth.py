r"""Growth: what became of a learner's ties between two days.

A and B are the contacts with a strong or weak tie on each day. gained = B \ A, of which reactivated (alive at
some time before a); lost = A \ B, of which dormant (gone quiet) and ended; net = gained - lost = |B| - |A|.
Net +3 can hide 59 new ties, so the parts are always shown.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from graph_service.measures.catalogue import Column, Model, as_array, compute, get, measure
from graph_service.measures.union import Union, share_structure, union
from graph_service.snapshot.snapshot import Snapshot

#: Measures of this module can be taken in one pass over several looks.
STRUCTURE = "graph_service.measures.structure"
COLUMNS = ("gained", "reactivated", "kept", "lost", "dormant", "net", "gross", "stability", "jaccard")


@dataclass(frozen=True, eq=False)
class Growth:
    """What changed from one snapshot to another, per person of the later one (positions of `to`)."""

    before: Snapshot
    to: Snapshot
    columns: dict[str, Column]
    rows: np.ndarray

    def table(self, columns: Sequence[str] = COLUMNS, *, reasons: bool = False) -> Any:
        """An Arrow table, a row per person on either roster, sorted by person_id."""
        import pyarrow as pa

        keys = [str(self.to.keys[at]) for at in self.rows]
        found: dict[str, Any] = {"person_id": pa.array(keys, pa.string())}
        for name in columns:
            chosen = self.columns[name].take(self.rows)
            whole = name in PARTS or (name.rpartition("_")[0] != "" and _whole(name))
            found[name] = as_array(chosen, whole_number=whole)
            if reasons and chosen.null.any():
                found[f"{name}_reason"] = pa.array([code or None for code in chosen.reasons()], pa.string())
        return pa.table(found)


def _whole(name: str) -> bool:
    id, _, _ = name.rpartition("_")
    return get(id).whole_number


#: The parts of growth: formula, meaning.
PARTS = {
    "gained": (r"|B \setminus A|", "Contacts at the second date who were none at the first."),
    "reactivated": (
        r"|\{j \in B \setminus A : j \text{ earlier}\}|",
        "Gained contacts with a live tie before.",
    ),
    "kept": (r"|A \cap B|", "Contacts at both dates."),
    "lost": (r"|A \setminus B|", "Contacts at the first date who are none at the second."),
    "dormant": (r"|\{j \in A \setminus B : \text{quiet}\}|", "Lost contacts whose tie went quiet; it can be taken up."),
    "ended": (r"|\{j \in A \setminus B : \text{gone}\}|", "Lost contacts whose tie or person was removed."),
    "net": (r"|B| - |A|", "Gained minus lost."),
    "gross": (r"|A \triangle B|", "Gained plus lost: net can hide turnover."),
}
#: The shares: code, formula, when undefined, meaning, source.
SHARES = {
    "stability": (
        "G",
        r"|A \cap B| / |A|",
        "no_ties_before",
        "Share of the first date's contacts kept.",
        "this project",
    ),
    "jaccard": (
        "G",
        r"|A \cap B| / |A \cup B|",
        "no_ties_at_all",
        "Contacts at both dates, over contacts at either.",
        "Snijders, van de Bunt & Steglich 2010",
    ),
    "reconnection": (
        "M5",
        r"|\{j : \text{dormant} \to \text{live}\}| / |\text{dormant}|",
        "no_events",
        "Share of the ties that were quiet at the first date and are alive at the second.",
        "Levin, Walter & Murnighan 2011",
    ),
}


def _declare() -> None:
    """The parts of growth in the catalogue: each is a column of `growth`."""
    shared: dict[str, Any] = {"dimension": "growth", "level": "growth", "see_with": "gross", "inputs": ("ties",)}
    for name, (formula, meaning) in PARTS.items():
        about: dict[str, Any] = {
            "code": "G",
            "unit": "ties",
            "range": "-n..n" if name == "net" else "0..n",
            "whole_number": True,
        }
        said = {"formula": formula, "undefined": "not_on_roster", "source": "this project"}
        measure(name, **said, **about, **shared)(_column(name, meaning))
    for name, (code, formula, why, meaning, source) in SHARES.items():
        about = {"code": code, "unit": "share", "range": "0..1", "undefined": ("not_on_roster", why)}
        measure(name, formula=formula, source=source, **about, **shared)(_column(name, meaning))


def _column(name: str, meaning: str) -> Callable[..., Column]:
    def of(before: Snapshot, to: Snapshot) -> Column:
        return growth(before, to).columns[name]

    of.__doc__ = meaning
    return of


def growth(before: Snapshot, to: Snapshot, measures: Sequence[str] = (), model: Model = "whole") -> Growth:
    """Compare two snapshots of one programme.

    measures: ids whose value on both days and difference are added (`ID_from`, `ID_to`, `ID_delta`).
    Everything is null (reason `not_on_roster`) for who was not on the roster on both days.
    Raises UnknownParameter unless both were built with the same parameters.
    """
    return over([before, to], measures, model)[0]


def over(snapshots: Sequence[Snapshot], measures: Sequence[str] = (), model: Model = "whole") -> list[Growth]:
    """Growth from each snapshot to the next, out of one graph that holds them all.

    Three looks and more are measured in one pass with a lane for each: eight cost about what two do one by one.
    Raises UnknownParameter unless all were built with the same parameters.

    >>> who = ["ana", "bo", "cy"]
    >>> days = [Snapshot.from_edges([("ana", "bo")], people=who), Snapshot.from_edges([("ana", "cy")], people=who)]
    >>> [step.columns["gained"].values.tolist() for step in over([*days, days[0]])]
    [[1, 0, 1], [1, 1, 0]]
    """
    joined = union(snapshots)
    if len(snapshots) > 2 and model == "whole" and any(get(id).compute.__module__ == STRUCTURE for id in measures):
        share_structure(snapshots, joined)
    return [_step(snapshots, joined, at, measures, model) for at in range(len(snapshots) - 1)]


def _step(snapshots: Sequence[Snapshot], joined: Union, at: int, measures: Sequence[str], model: Model) -> Growth:
    before, to = snapshots[at], snapshots[at + 1]
    # Columns are per person of the later look; `place` says where those of the earlier one stand in it.
    mine = joined.places[at + 1]
    standing = np.full(joined.people, -1, np.int64)
    standing[mine] = np.arange(len(to))
    place = standing[joined.places[at]]
    a, b = joined.live[:, at], joined.live[:, at + 1]
    quiet_before, quiet_after = joined.quiet[:, at], joined.quiet[:, at + 1]
    pairs = {
        "gained": b & ~a,
        "reactivated": b & ~a & quiet_before,
        "kept": a & b,
        "lost": a & ~b,
        "dormant": a & ~b & quiet_after,
    }
    counts = {name: joined.per_person(chosen)[mine] for name, chosen in pairs.items()}
    counts["ended"] = counts["lost"] - counts["dormant"]
    counts["net"] = counts["gained"] - counts["lost"]
    counts["gross"] = counts["gained"] + counts["lost"]
    on_before = np.zeros(len(to), bool)
    on_before[place[before.roster & (place >= 0)]] = True
    missing = ~(on_before & to.roster)
    columns = {name: Column(values, missing, "not_on_roster") for name, values in counts.items()}
    size_a, both = counts["kept"] + counts["lost"], counts["kept"] + counts["gross"]
    again = joined.per_person(b & quiet_before)[mine]
    quiet = joined.per_person(quiet_before)[mine]
    for name, part, below, why in (
        ("stability", counts["kept"], size_a, "no_ties_before"),
        ("jaccard", counts["kept"], both, "no_ties_at_all"),
        ("reconnection", again, quiet, "no_events"),
    ):
        values = part / np.maximum(below, 1)
        reason = np.where(missing, "not_on_roster", why).astype(object)
        columns[name] = Column(values, missing | (below == 0), reason, below)
    columns |= _deltas(before, to, place, missing, measures, model)
    rows = np.flatnonzero(on_before | to.roster)
    rows = np.array(sorted(rows, key=lambda at: str(to.keys[at]).encode()), np.int64)
    return Growth(before, to, columns, rows)


def _deltas(
    before: Snapshot,
    to: Snapshot,
    place: np.ndarray,
    missing: np.ndarray,
    measures: Sequence[str],
    model: Model,
) -> dict[str, Column]:
    first, second = compute(before, measures, model), compute(to, measures, model)
    columns = {}
    for id in first:
        values, null = np.zeros(len(to)), np.ones(len(to), bool)
        reasons = np.full(len(to), "not_on_roster", object)
        there = place >= 0
        values[place[there]] = first[id].values[there]
        null[place[there]] = first[id].null[there]
        reasons[place[there]] = first[id].reasons()[there]
        one = Column(values, null | missing, np.where(missing, "not_on_roster", reasons))
        two = Column(
            second[id].values, second[id].null | missing, np.where(missing, "not_on_roster", second[id].reasons())
        )
        why = np.where(one.null, one.reasons(), two.reasons())
        columns[f"{id}_from"], columns[f"{id}_to"] = one, two
        columns[f"{id}_delta"] = Column(two.values - one.values, one.null | two.null, why)
    return columns


_declare()
