"""Convenings and who came; and the network among the intermediary's own people, measured like any other."""

from dataclasses import dataclass
from datetime import date, timedelta
from itertools import combinations

from graph_service.measures import catalogue
from graph_service.snapshot.snapshot import WEAK, Snapshot
from graph_service.wbl.work import Work, grouped

MEASURES = ("network_size", "ego_density", "effective_size", "constraint")


@dataclass(frozen=True)
class Convening:
    """A workshop or convening. pairs: who sat in a role-alike group together; tied: of these with a live tie today."""

    id: str
    title: str
    date: date
    mode: str
    organizer: str | None
    sessions: tuple[str, ...]
    groups: tuple[str, ...]
    communities: int
    attended: int
    pairs: int
    tied: int


@dataclass(frozen=True)
class Colleague:
    """One of the intermediary's people among the others: coordinators, counsellors, staff of programmes.

    colleagues: others tied to them by recorded contacts. density, constraint: as for a learner; null for fewer than
    two colleagues. convenings: that they came to in the last twelve months.
    """

    key: str
    name: str
    organization: str | None
    colleagues: int
    density: float | None
    effective_size: float | None
    constraint: float | None
    convenings: int


def convenings(work: Work, snapshot: Snapshot) -> tuple[Convening, ...]:
    """All of them, the latest first."""
    came, ties = grouped(work.rows("attendance"), "convening"), _ties(snapshot)
    found = []
    for row in work.rows("convening"):
        mine = came.get(row["id"], [])
        groups = grouped([each for each in mine if each["group"]], "group")
        pairs = {
            pair
            for rows in groups.values()
            for pair in combinations(sorted({each["person"] for each in rows}), 2)
        }  # fmt: skip
        found.append(
            Convening(
                row["id"], row["title"], row["date"], row["mode"], work.name(row["organizer"]), tuple(row["sessions"]),
                tuple(sorted(groups)), len({each["community"] for each in mine if each["community"]}),
                len({each["person"] for each in mine}), len(pairs), len(pairs & ties),
            )
        )  # fmt: skip
    return tuple(sorted(found, key=lambda each: (-each.date.toordinal(), each.title, each.id)))


def colleagues(work: Work, snapshot: Snapshot) -> tuple[Colleague, ...]:
    """Everybody with a colleague or an attendance, the best connected first."""
    import networkx as nx

    year = work.as_of - timedelta(days=365)
    held = {row["id"]: row["date"] for row in work.rows("convening")}
    came: dict[str, int] = {}
    for row in work.rows("attendance"):
        if held.get(row["convening"], year) > year:
            came[row["person"]] = came.get(row["person"], 0) + 1
    graph = nx.Graph()
    graph.add_nodes_from(came)
    graph.add_edges_from(_ties(snapshot))
    if not graph:
        return ()
    place = {row["person"]: row["organization"] for row in work.current("affiliation")}
    network = Snapshot.from_networkx(graph, weight=None)
    columns = {id: column.values for id, column in catalogue.compute(network, MEASURES).items()}
    found = []
    for at, id in enumerate(network.keys):
        if id not in work.keys:
            continue
        size, density, effective, constraint = (_plain(columns[name][at]) for name in MEASURES)
        found.append(
            Colleague(
                work.keys[id], work.names[id], work.name(place.get(id)), int(size or 0), density, effective, constraint,
                came.get(id, 0),
            )
        )  # fmt: skip
    return tuple(sorted(found, key=lambda each: (-each.colleagues, each.name, each.key)))


def _ties(snapshot: Snapshot) -> set[tuple[str, str]]:
    """Live ties between two people of staff, by internal id; learners' networks leave staff out, this one is theirs."""
    people, pairs = snapshot.people, snapshot.pairs
    if people is None or pairs is None:
        return set()
    staff = people.staff
    live = (pairs.state >= WEAK) & staff[pairs.a] & staff[pairs.b]
    ids = people.ids
    ends = ((ids[a], ids[b]) for a, b in zip(pairs.a[live].tolist(), pairs.b[live].tolist(), strict=True))
    return {(min(pair), max(pair)) for pair in ends}


def _plain(value: float) -> float | None:
    """A measure's value; what is undefined is null."""
    return None if value != value else float(value)
