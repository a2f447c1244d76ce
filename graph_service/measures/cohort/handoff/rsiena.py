"""RSiena: one adjacency matrix per wave, in one order of people, and an R script that reads them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from graph_service.errors import DataError
from graph_service.measures.cohort.handoff.files import MISSING, attributes, ends, plain, write_csv

STRUCTURAL_ZERO = 10
UNOBSERVED = -1


@dataclass(frozen=True, slots=True, eq=False)
class WaveOfTies:
    """The ties of one wave.

    Attributes:
        name: of the wave.
        ties: two columns, the ends of each tie (from, to).
        on_roster: people in the programme at the wave; ties of all others are structural zeros.
        observed: people whose ties were observed; None: everybody on the roster. The ties of the others
            on the roster are missing, except where the other end was observed (undirected ties only).
    """

    name: str
    ties: tuple[Any, Any]
    on_roster: Any
    observed: Any = None


def adjacency(wave: WaveOfTies, people: Sequence[str], *, directed: bool = False) -> NDArray[np.int64]:
    """The matrix of one wave: 1 tie, 0 no tie, 10 structural zero, -1 not observed (written as NA).

    >>> wave = WaveOfTies("w1", (["ana"], ["bo"]), on_roster=["ana", "bo", "cy"], observed=["ana", "bo"])
    >>> adjacency(wave, ["ana", "bo", "cy", "dee"]).tolist()
    [[0, 1, 0, 10], [1, 0, 0, 10], [0, 0, 0, 10], [10, 10, 10, 0]]
    """
    matrix = np.zeros((len(people), len(people)), dtype=np.int64)
    here = _among(wave.on_roster, people, "on_roster")
    seen = here if wave.observed is None else _among(wave.observed, people, "observed") & here
    unseen = ~seen[:, None] if directed else ~(seen[:, None] | seen[None, :])
    matrix[np.broadcast_to(unseen, matrix.shape)] = UNOBSERVED
    for a, b in ends(wave.ties, people):
        if not (here[a] and here[b]):
            raise DataError(f"Wave {wave.name} has a tie of somebody who was not on its roster.")
        matrix[a, b] = 1
        if not directed:
            matrix[b, a] = 1
    matrix[~(here[:, None] & here[None, :])] = STRUCTURAL_ZERO
    np.fill_diagonal(matrix, 0)
    return matrix


def write_rsiena(
    folder: Path,
    people: Sequence[Any],
    waves: Sequence[WaveOfTies],
    constant: Mapping[str, Any] | None = None,
    varying: Mapping[str, Sequence[Any]] | None = None,
    *,
    directed: bool = False,
) -> list[Path]:
    """Writes `wave_N.txt`, `attributes.csv`, `codes.csv` and `model.R`; gives the files written.

    Parameters:
        people: everybody in any wave, in the order of all matrices.
        constant: attribute columns in the order of people.
        varying: per attribute one column per wave.

    Text attributes become whole numbers, alphabetically from 1 (RSiena takes numbers only); `codes.csv`
    says which. Raises DataError below two waves, or for somebody who is not listed.
    """
    if len(waves) < 2:
        raise DataError("RSiena needs at least two waves.")
    fixed = attributes(people, constant)
    moving = {name: [plain(column) for column in columns] for name, columns in (varying or {}).items()}
    for name, columns in moving.items():
        if len(columns) != len(waves):
            raise DataError(f"The attribute {name} needs one column per wave.")
    spread = {f"{name}_{n}": column for name, columns in moving.items() for n, column in enumerate(columns, 1)}
    everything = attributes(people, {**fixed.columns, **spread})
    coded, codes = _coded(everything.columns, moving)

    folder.mkdir(parents=True, exist_ok=True)
    written = []
    for number, wave in enumerate(waves, 1):
        matrix = adjacency(wave, fixed.people, directed=directed)
        lines = (" ".join(MISSING if cell == UNOBSERVED else str(cell) for cell in row) for row in matrix)
        path = folder / f"wave_{number}.txt"
        path.write_text("\n".join(lines) + "\n", encoding="utf-8")
        written.append(path)
    table = attributes(people, coded)
    written.append(write_csv(folder / "attributes.csv", ["person", *coded], table.rows()))
    written.append(write_csv(folder / "codes.csv", ["attribute", "code", "value"], codes))
    script = folder / "model.R"
    script.write_text(_script(len(waves), list(fixed.columns), list(moving)), encoding="utf-8")
    return [*written, script]


def _among(listed: Any, people: Sequence[str], what: str) -> NDArray[np.bool_]:
    names = {str(person) for person in plain(listed)}
    if names - set(people):
        raise DataError(f"{len(names - set(people))} of {what} are not among the people listed.")
    return np.array([person in names for person in people])


def _coded(
    columns: Mapping[str, Sequence[Any]], moving: Mapping[str, Sequence[Any]]
) -> tuple[dict[str, list[Any]], list[tuple[str, int, str]]]:
    """Text attributes as numbers; the columns of one varying attribute share their codes."""
    family = {column: name for name in moving for column in columns if column.rsplit("_", 1)[0] == name}
    values: dict[str, set[str]] = {}
    for name, column in columns.items():
        texts = {value for value in column if isinstance(value, str)}
        if texts and not all(value is None or isinstance(value, str) for value in column):
            raise DataError(f"The attribute {name} mixes text and numbers.")
        values.setdefault(family.get(name, name), set()).update(texts)
    code = {name: {text: number for number, text in enumerate(sorted(texts), 1)} for name, texts in values.items()}
    coded = {
        name: [code[family.get(name, name)].get(v, v) if isinstance(v, str) else v for v in column]
        for name, column in columns.items()
    }
    return coded, [(name, number, text) for name, texts in code.items() for text, number in texts.items()]


def _script(waves: int, constant: Sequence[str], varying: Sequence[str]) -> str:
    lines = [
        "# Stochastic actor-oriented model of the networks in this folder.",
        "# Matrices: 1 tie, 0 none, NA not observed, 10 structural zero (not on the roster at that wave).",
        "library(RSiena)",
        "",
        f"waves <- lapply(1:{waves}, function(w)",
        '  as.matrix(read.table(sprintf("wave_%d.txt", w), na.strings = "NA")))',
        'people <- read.csv("attributes.csv", na.strings = "NA", colClasses = c(person = "character"))',
        "n <- nrow(people)",
        "stopifnot(all(sapply(waves, dim) == n))",
        f"ties <- sienaDependent(array(unlist(waves), dim = c(n, n, {waves})), allowOnly = FALSE)",
    ]
    lines += [f"{name} <- coCovar(people${name})" for name in constant]
    for name in varying:
        columns = ", ".join(f"people${name}_{wave}" for wave in range(1, waves + 1))
        lines.append(f"{name} <- varCovar(cbind({columns}))")
    lines += [
        f"data <- sienaDataCreate({', '.join(['ties', *constant, *varying])})",
        "effects <- getEffects(data)",
        "effects <- includeEffects(effects, transTriads)",
    ]
    lines += [f'effects <- includeEffects(effects, simX, interaction1 = "{name}")' for name in [*constant, *varying]]
    lines += [
        'algorithm <- sienaAlgorithmCreate(projname = "networks", seed = 20220601)',
        "result <- siena07(algorithm, data = data, effects = effects)",
        "print(result)",
    ]
    return "\n".join(lines) + "\n"
