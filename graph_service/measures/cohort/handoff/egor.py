"""egor: ego-centred networks as three tables (egos, alters, ties between alters) and an R script."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from graph_service.errors import DataError
from graph_service.measures.cohort.handoff.files import attributes, plain, write_csv


def write_egor(
    folder: Path,
    egos: Sequence[Any],
    alters: tuple[Any, Any],
    aaties: tuple[Any, Any, Any],
    ego_columns: Mapping[str, Any] | None = None,
    alter_columns: Mapping[str, Any] | None = None,
    *,
    weight: Any = None,
) -> list[Path]:
    """Writes `egos.csv`, `alters.csv`, `aaties.csv` and `read.R`; gives the files written.

    Parameters:
        egos, ego_columns: the egos with their attributes; an ego without alters is listed too.
        alters, alter_columns: two columns (ego, alter), one row per alter of an ego, with attributes.
        aaties: three columns (ego, from, to): ties between alters of that ego.
        weight: of each tie between alters, optional.

    Raises DataError for an alter of an ego that is not listed, an alter listed twice, or a tie between
    people who are not alters of that ego.
    """
    listed = attributes(egos, ego_columns)
    ego_of, alter = ([str(value) for value in plain(column)] for column in alters)
    columns = {name: plain(column) for name, column in (alter_columns or {}).items()}
    if any(len(column) != len(alter) for column in columns.values()) or len(ego_of) != len(alter):
        raise DataError("Alter columns need one value per alter.")
    known = set(zip(ego_of, alter, strict=True))
    if len(known) < len(alter):
        raise DataError("An ego lists every alter once.")
    if set(ego_of) - set(listed.people):
        raise DataError(f"{len(set(ego_of) - set(listed.people))} egos of alters are not listed.")
    where, source, target = ([str(value) for value in plain(column)] for column in aaties)
    weights = [1] * len(where) if weight is None else plain(weight)
    ties = list(zip(where, source, target, weights, strict=True))
    if any((ego, a) not in known or (ego, b) not in known or a == b for ego, a, b, _ in ties):
        raise DataError("Ties between alters join two different alters of the same ego.")

    folder.mkdir(parents=True, exist_ok=True)
    rows = [
        [ego, person, *(column[n] for column in columns.values())]
        for n, (ego, person) in enumerate(zip(ego_of, alter, strict=True))
    ]
    script = folder / "read.R"
    script.write_text(_SCRIPT, encoding="utf-8")
    return [
        write_csv(folder / "egos.csv", ["egoID", *listed.columns], listed.rows()),
        write_csv(folder / "alters.csv", ["egoID", "alterID", *columns], rows),
        write_csv(folder / "aaties.csv", ["egoID", "Source", "Target", "weight"], ties),
        script,
    ]


_SCRIPT = """\
# Ego-centred networks of this folder as an egor object.
library(egor)

ids <- c(egoID = "character", alterID = "character", Source = "character", Target = "character")
table <- function(file) {
  names <- names(read.csv(file, nrows = 1))
  read.csv(file, na.strings = "NA", colClasses = ids[intersect(names(ids), names)])
}
networks <- egor(
  alters = table("alters.csv"), egos = table("egos.csv"), aaties = table("aaties.csv"),
  ID.vars = list(ego = "egoID", alter = "alterID", source = "Source", target = "Target")
)
print(summary(networks))
"""
