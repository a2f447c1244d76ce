"""Ties between organisations as a network: the measures of people's networks, and who bridges schools and employers."""

from dataclasses import dataclass
from itertools import combinations

from graph_service.measures import catalogue
from graph_service.snapshot.snapshot import Snapshot
from graph_service.wbl.employers import REAL
from graph_service.wbl.work import Work

MEASURES = ("network_size", "ego_density", "effective_size", "constraint")
#: How somebody who looks after placements belongs to an organisation.
HOLDS = ("coordinates", "works_at")
EDUCATION = ("school", "district", "college")


@dataclass(frozen=True)
class Partner:
    """One organisation among the others.

    partners: organisations it is tied to. density, constraint: as for a learner; null for fewer than two partners.
    bridges: it is tied to education on one side and to an employer on the other.
    """

    name: str
    kind: str
    partners: int
    density: float | None
    effective_size: float | None
    constraint: float | None
    education: int
    employers: int
    bridges: bool


def partners(work: Work) -> tuple[Partner, ...]:
    """Every organisation with a tie, those that bridge first, then by partners.

    Ties: agreements and other partnerships of the day, and joint activity: of an experience its host, the learner's
    school and the organisation of whoever looks after it.
    """
    import networkx as nx

    places = work.organizations
    graph = nx.Graph()
    graph.add_edges_from((row["one"], row["other"]) for row in work.current("partnership"))
    site = {
        row["person"]: row["organization"]
        for row in work.current("affiliation")
        if row["relation"] == "enrolled_at" and row["main"]
    }
    desk = {row["person"]: row["organization"] for row in work.current("affiliation") if row["relation"] in HOLDS}
    for row in work.experiences.values():
        if row["state"] in REAL:
            parts = (row["host"], site.get(row["learner"]), desk.get(row["coordinator"]))
            graph.add_edges_from(combinations(sorted({each for each in parts if each}), 2))
    graph.remove_nodes_from([id for id in graph if id not in places])
    if not graph:
        return ()
    snapshot = Snapshot.from_networkx(graph, weight=None)
    columns = {id: column.values for id, column in catalogue.compute(snapshot, MEASURES).items()}
    found = []
    for at, id in enumerate(snapshot.keys):
        kinds = [places[each]["kind"] for each in graph[id]]
        schools, hosts = sum(kind in EDUCATION for kind in kinds), kinds.count("employer")
        size, density, effective, constraint = (_plain(columns[name][at]) for name in MEASURES)
        found.append(
            Partner(
                places[id]["name"], places[id]["kind"], int(size or 0), density, effective, constraint, schools, hosts,
                bool(schools and hosts),
            )
        )  # fmt: skip
    return tuple(sorted(found, key=lambda each: (not each.bridges, -each.partners, each.name)))


def _plain(value: float) -> float | None:
    """A measure's value; what is undefined is null."""
    return None if value != value else float(value)
