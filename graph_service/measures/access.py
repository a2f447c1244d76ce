"""Access: which positions a learner reaches (Lin's position generator, read off the graph)."""

import csv
from functools import cache
from importlib.resources import files

import numpy as np

from graph_service.measures.catalogue import Column, measure
from graph_service.measures.kernels.attributes import Positions
from graph_service.snapshot.snapshot import Snapshot

ACCESS = {
    "dimension": "access",
    "see_with": "network_size",
    "source": "Lin & Dumin 1986; Lin, Fu & Hsung 2001; scale: job zones of occupation groups",
    "inputs": ("ties", "occupation"),
}


@cache
def job_zones() -> dict[str, float]:
    """The scale: occupation group (first two digits of a SOC code) to job zone 1..5, as shipped."""
    text = (files("graph_service.measures") / "data" / "job_zones.csv").read_text(encoding="utf-8")
    rows = csv.DictReader(line for line in text.splitlines() if not line.startswith("#"))
    return {row["group"]: float(row["zone"]) for row in rows}


def positions(snapshot: Snapshot) -> Positions:
    """P1-P5 of everyone, computed once; each distinct occupation counts once, unweighted."""

    def run() -> Positions:
        from graph_service.measures.kernels.attributes import positions as of_people

        people = snapshot.people
        codes = np.full(len(snapshot), -1, np.int32) if people is None else people.occupation
        names = () if people is None else people.occupations
        scale = np.array([job_zones().get(name[:2], np.nan) for name in names] or [np.nan])
        return of_people(snapshot.graph.indptr, snapshot.graph.indices, codes, scale)

    found: Positions = snapshot.memo("positions", run)
    return found


@measure(
    "extensity",
    code="P1",
    formula=r"|O_i|",
    unit="occupations",
    range="0..n",
    better="more",
    whole_number=True,
    **ACCESS,
)
def extensity(snapshot: Snapshot) -> Column:
    """Distinct occupations among the learner's contacts."""
    return Column.full(positions(snapshot).extensity)


@measure(
    "unscaled_occupations",
    code="P1",
    formula=r"|\{o \in O_i : z_o \text{ unknown}\}|",
    unit="occupations",
    range="0..n",
    whole_number=True,
    **ACCESS,
)
def unscaled_occupations(snapshot: Snapshot) -> Column:
    """Occupations among contacts that have no place on the scale: they count in extensity only."""
    return Column.full(positions(snapshot).unscaled)


@measure(
    "upper_reachability",
    code="P2",
    formula=r"\max_{o \in O_i} z_o",
    unit="job zone",
    range="1..5",
    undefined="no_scale",
    **ACCESS,
)
def upper_reachability(snapshot: Snapshot) -> Column:
    """The highest position among contacts; grows mechanically with network size."""
    return Column.of(positions(snapshot).upper_reachability, "no_scale", positions(snapshot).extensity)


@measure(
    "position_range",
    code="P3",
    formula=r"\max z_o - \min z_o",
    unit="job zones",
    range="0..4",
    undefined="no_scale",
    **ACCESS,
)
def position_range(snapshot: Snapshot) -> Column:
    """Distance between the highest and the lowest position among contacts; grows with network size."""
    return Column.of(positions(snapshot).range, "no_scale", positions(snapshot).extensity)


@measure(
    "position_average",
    code="P4",
    formula=r"\frac{1}{|O_i|} \sum_o z_o",
    unit="job zone",
    range="1..5",
    undefined="no_scale",
    **ACCESS,
)
def position_average(snapshot: Snapshot) -> Column:
    """Average position of the distinct occupations among contacts."""
    return Column.of(positions(snapshot).average, "no_scale", positions(snapshot).extensity)


@measure("position_total", code="P5", formula=r"\sum_o z_o", unit="job zones", range="0..n", better="more", **ACCESS)
def position_total(snapshot: Snapshot) -> Column:
    """Sum of the positions of the distinct occupations among contacts; 0 where there are none."""
    values = positions(snapshot).total
    return Column.full(np.where(np.isnan(values), 0.0, values))
