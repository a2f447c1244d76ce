"""Stored waves as folders for R: who is in them, their ties, attributes and values, and a codebook of every column."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from graph_service.errors import DataError
from graph_service.measures.catalogue import get
from graph_service.measures.cohort.handoff.egor import write_egor
from graph_service.measures.cohort.handoff.ergm import write_ergm
from graph_service.measures.cohort.handoff.files import write_csv
from graph_service.measures.cohort.handoff.rsiena import WaveOfTies, write_rsiena
from graph_service.snapshot.snapshot import Snapshot
from graph_service.snapshot.tables import nodes

#: A matrix holds every pair: more people than this are handed over as lists of ties (ERGM, egor).
MATRIX_PEOPLE = 5000
ATTRIBUTES = {
    "learner": "1 for a learner, 0 for anybody else",
    "relation": "what the person is to a learner who knows them",
    "tier": "near peer, mid, senior",
    "sector": "career cluster that the person works in",
    "site": "own key of the site where the learner is enrolled",
}
FILES = {
    "wave": "adjacency matrices: 1 tie, 0 none, NA not observed, 10 structural zero (not there at that wave)",
    "ties": "one row for each tie; weight: tie strength on the wave's day",
    "unobserved": "people of whom nothing is recorded: no data, which is not the same as no ties",
    "egos": "learners on the roster, with the wave's values; empty cells are NA: undefined, never zero",
    "alters": "live contacts of each learner",
    "aaties": "ties between two contacts of the same learner",
}


def rsiena(folder: Path, waves: Mapping[str, Snapshot]) -> list[Path]:
    """Matrices of two waves or more, over everybody who is on a roster or tied in any of them.

    Stated ties are directed nominations, logged ones have no direction. Raises DataError for one wave, or too many.
    """
    looks = list(waves.values())
    directed = bool(looks) and looks[0].parameters.layer == "stated"
    people = sorted({key for look in looks for key in _present(look)}, key=str.encode)
    if len(people) > MATRIX_PEOPLE:
        told = f"A matrix of {len(people)} people is too large for RSiena (at most {MATRIX_PEOPLE})"
        raise DataError(f"{told}: hand over sites apart, or lists of ties (ergm, egor).")
    made = [
        WaveOfTies(name, _arcs(look) if directed else _ties(look)[0], _there(look, people), _observed(look, people))
        for name, look in waves.items()
    ]
    of = [_attributes(look, people) for look in looks]
    constant = {
        name: _first([each[name] for each in reversed(of)]) for name in ("learner", "relation", "tier", "sector")
    }
    varying = {"site": [each["site"] for each in of]}
    files = write_rsiena(folder, people, made, _used(constant), varying, directed=directed)
    return [*files, _codebook(folder, waves, [*_used(constant), "site"], ("wave",))]


def ergm(folder: Path, waves: Mapping[str, Snapshot]) -> list[Path]:
    """One wave as lists of people and ties. Raises DataError for several waves."""
    look = _only(waves, "ERGM")
    people = _present(look)
    directed = look.parameters.layer == "stated"
    ties, weight = (_arcs(look), None) if directed else _ties(look)
    silent = sorted(set(people) - set(_observed(look, people)))
    columns = _used(_attributes(look, people))
    files = write_ergm(folder, people, ties, columns, weight=weight, unobserved=silent, directed=directed)
    return [*files, _codebook(folder, waves, list(columns), ("ties", "unobserved"))]


def egor(folder: Path, waves: Mapping[str, Snapshot], values: Mapping[str, Any] | None = None) -> list[Path]:
    """One wave as ego-centred networks of the learners on its roster, with the wave's stored values.

    values: `person_id` and a column per measure. Raises DataError for several waves.
    """
    look = _only(waves, "egor")
    keys, graph, rows = [str(key) for key in look.keys], look.graph, look.roster_rows.tolist()
    told = {} if values is None else {key: at for at, key in enumerate(values["person_id"])}
    measured = {} if values is None else {name: column for name, column in values.items() if name != "person_id"}
    place = [told.get(keys[at]) for at in rows]
    columns = {name: [None if at is None else column[at] for at in place] for name, column in measured.items()}
    contacts = [(ego, alter) for ego in rows for alter in graph.row(ego).tolist()]
    of_people = _attributes(look, keys)
    alters = {name: [of_people[name][alter] for _, alter in contacts] for name in ("relation", "tier", "sector")}
    between = [pair for ego in rows for pair in _between(look, ego)]
    files = write_egor(
        folder,
        [keys[at] for at in rows],
        ([keys[ego] for ego, _ in contacts], [keys[alter] for _, alter in contacts]),
        ([keys[e] for e, _, _, _ in between], [keys[a] for _, a, _, _ in between], [keys[b] for _, _, b, _ in between]),
        {"site": [of_people["site"][at] for at in rows], **columns},
        alters,
        weight=[weight for *_, weight in between],
    )
    return [*files, _codebook(folder, waves, ["site", *alters], ("egos", "alters", "aaties"), list(measured))]


def _only(waves: Mapping[str, Snapshot], what: str) -> Snapshot:
    if len(waves) != 1:
        raise DataError(f"{what} takes one wave: a network of one day.")
    return next(iter(waves.values()))


def _present(look: Snapshot) -> list[str]:
    """Own keys of who is on the roster or tied, in byte order. Raises DataError for a key that two people have."""
    rows = np.union1d(look.roster_rows, look.graph.indices)
    found = [str(look.keys[at]) for at in rows.tolist()]
    if len(set(found)) < len(found):
        raise DataError("Two people have the same key, from two systems: a file by own keys would confuse them.")
    return sorted(found, key=str.encode)


def _there(look: Snapshot, people: Sequence[str]) -> list[str]:
    """Who can have ties at the wave: learners on its roster, and everybody else who is known then."""
    learner = np.zeros(len(look), bool) if look.people is None else look.people.learner
    can = {str(key) for key, off in zip(look.keys, learner & ~look.roster, strict=True) if not off}
    tied = {str(look.keys[at]) for at in np.unique(look.graph.indices).tolist()}
    return [key for key in people if key in can or key in tied]


def _observed(look: Snapshot, people: Sequence[str]) -> list[str]:
    """Of whom anything is recorded (or who was asked, in the stated layer)."""
    recorded = np.ones(len(look)) if look.recorded is None else look.recorded
    seen = {str(key) for key, count in zip(look.keys, recorded.tolist(), strict=True) if count > 0}
    return [key for key in people if key in seen]


def _ties(look: Snapshot) -> tuple[tuple[list[str], list[str]], list[float]]:
    graph = look.graph
    egos = np.repeat(np.arange(len(graph)), np.diff(graph.indptr))
    forward = np.flatnonzero(egos < graph.indices)
    ends = [[str(look.keys[at]) for at in column[forward].tolist()] for column in (egos, graph.indices)]
    return (ends[0], ends[1]), graph.weights[forward].tolist()


def _arcs(look: Snapshot) -> tuple[list[str], list[str]]:
    """Nominations of the latest wave between people who are in the network."""
    if look.stated is None:
        return [], []
    tied = set(np.unique(look.graph.indices).tolist())
    pairs = zip(look.stated.ego.tolist(), look.stated.alter.tolist(), strict=True)
    arcs = [(str(look.keys[a]), str(look.keys[b])) for a, b in pairs if a in tied and b in tied]
    return [a for a, _ in arcs], [b for _, b in arcs]


def _between(look: Snapshot, ego: int) -> list[tuple[int, int, int, float]]:
    """Ties between two contacts of ego: ego, one, other, strength."""
    graph, mine = look.graph, look.graph.row(ego)
    found = []
    for one in mine.tolist():
        start, end = graph.indptr[one], graph.indptr[one + 1]
        row, weights = graph.indices[start:end], graph.weights[start:end]
        shared = np.flatnonzero(np.isin(row, mine) & (row > one))
        found += [(ego, one, int(row[at]), float(weights[at])) for at in shared.tolist()]
    return found


def _attributes(look: Snapshot, people: Sequence[str]) -> dict[str, list[Any]]:
    table = nodes(look)
    place = {key: at for at, key in enumerate(table["person_id"].to_pylist())}
    found: dict[str, list[Any]] = {}
    for name in ATTRIBUTES:
        values = table[name].to_pylist() if name in table.column_names else [None] * len(place)
        column = [values[place[key]] if key in place else None for key in people]
        found[name] = [int(value) if isinstance(value, bool) else value for value in column]
    return found


def _first(columns: Sequence[Sequence[Any]]) -> list[Any]:
    """Of each person the first value that is known."""
    return [next((value for value in values if value is not None), None) for values in zip(*columns, strict=True)]


def _used(columns: Mapping[str, list[Any]]) -> dict[str, list[Any]]:
    """Columns that say anything at all."""
    return {name: column for name, column in columns.items() if any(value is not None for value in column)}


def _codebook(
    folder: Path,
    waves: Mapping[str, Snapshot],
    attributes: Sequence[str],
    files: Sequence[str],
    measures: Sequence[str] = (),
) -> Path:
    """What every file and column means, and what the waves rest on."""
    rows: list[tuple[Any, ...]] = [("file", name, FILES[name], "", "") for name in files]
    rows += [("attribute", name, ATTRIBUTES[name], "", "") for name in attributes]
    for id in measures:
        each = get(id)
        rows.append(("measure", id, each.meaning, each.unit, each.source))
    for name, look in waves.items():
        rows.append(("wave", name, f"{look.as_of}, known at revision {look.revision}", look.parameters.text(), ""))
    return write_csv(folder / "codebook.csv", ["what", "name", "meaning", "unit_or_parameters", "source"], rows)
