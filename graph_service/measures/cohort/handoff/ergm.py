"""ERGM (statnet): one wave as an edge list, a people table and an R script."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from graph_service.errors import DataError
from graph_service.measures.cohort.handoff.files import attributes, ends, plain, write_csv


def write_ergm(
    folder: Path,
    people: Sequence[Any],
    ties: tuple[Any, Any],
    columns: Mapping[str, Any] | None = None,
    *,
    weight: Any = None,
    unobserved: Sequence[Any] = (),
    directed: bool = False,
) -> list[Path]:
    """Writes `people.csv`, `ties.csv`, `unobserved.csv` and `model.R`; gives the files written.

    Parameters:
        people, columns: everybody in the network, with attribute columns in the same order.
        ties: two columns, the ends of each tie; undirected ties are written once, repeated ones collapsed.
        weight: of each tie, optional.
        unobserved: people whose ties were not observed: pairs of two of them (directed: all their
            outgoing pairs) are set to NA in the network, which ergm treats as missing.

    Raises DataError for ties of people who are not listed, or to oneself.
    """
    listed = attributes(people, columns)
    pairs = ends(ties, listed.people)
    weights = [None] * len(pairs) if weight is None else plain(weight)
    once: dict[tuple[int, int], Any] = {}
    for (a, b), w in zip(pairs, weights, strict=True):
        key = (a, b) if directed else (min(a, b), max(a, b))
        once[key] = w if once.get(key) is None or w is None else max(w, once[key])
    rows = [[listed.people[a], listed.people[b], w] for (a, b), w in sorted(once.items())]
    missing = sorted(str(person) for person in plain(unobserved))
    if set(missing) - set(listed.people):
        raise DataError(f"{len(set(missing) - set(listed.people))} unobserved people are not listed.")

    folder.mkdir(parents=True, exist_ok=True)
    script = folder / "model.R"
    script.write_text(_script(list(listed.columns), directed), encoding="utf-8")
    return [
        write_csv(folder / "people.csv", ["person", *listed.columns], listed.rows()),
        write_csv(folder / "ties.csv", ["from", "to", "weight"], rows),
        write_csv(folder / "unobserved.csv", ["person"], [[person] for person in missing]),
        script,
    ]


def _script(names: Sequence[str], directed: bool) -> str:
    lines = [
        "# Exponential random graph model of the network in this folder.",
        "library(statnet.common); library(network); library(ergm)",
        "",
        'text <- function(name) c(setNames("character", name))',
        'people <- read.csv("people.csv", na.strings = "NA", colClasses = text("person"))',
        'ties <- read.csv("ties.csv", na.strings = "NA", colClasses = c(from = "character", to = "character"))',
        'unobserved <- read.csv("unobserved.csv", colClasses = text("person"))$person',
        f"net <- network.initialize(nrow(people), directed = {'TRUE' if directed else 'FALSE'})",
        'net %v% "vertex.names" <- people$person',
        "net <- add.edges(net, match(ties$from, people$person), match(ties$to, people$person))",
        'if (nrow(ties) && !all(is.na(ties$weight))) set.edge.attribute(net, "weight", ties$weight)',
    ]
    lines += [f'net %v% "{name}" <- people${name}' for name in names]
    lines += ["silent <- match(unobserved, people$person)"]
    if directed:
        lines += ["for (i in silent) net[i, -i] <- NA"]
    else:
        lines += ["if (length(silent) > 1) net[silent, silent] <- NA"]
    terms = ["edges", "gwesp(0.5, fixed = TRUE)", *(f'nodematch("{name}")' for name in names)]
    lines += [f"model <- ergm(net ~ {' + '.join(terms)})", "print(summary(model))"]
    return "\n".join(lines) + "\n"
