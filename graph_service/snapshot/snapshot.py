"""A snapshot: who there is and how they are tied, on one day, as it was known at one revision."""

import hashlib
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date
from threading import RLock
from typing import TYPE_CHECKING, Any, Self

import numpy as np

from graph_service.errors import BadGraph, UnknownPerson
from graph_service.snapshot.graph import Graph, graph_of
from graph_service.snapshot.parameters import Parameters
from graph_service.snapshot.strength import DORMANT, STRONG, WEAK, Pairs

if TYPE_CHECKING:
    from graph_service.snapshot.events import Contacts
    from graph_service.snapshot.people import People
    from graph_service.snapshot.stated import StatedTies


@dataclass(frozen=True, eq=False)
class Snapshot:
    """The graph at (as_of, known_at, layer, parameters); immutable arrays, one position per person.

    keys: what tables print as person_id. graph: the ties that structure is measured on (strong or weak, staff
    removed). people, pairs, contacts, stated: what the graph was derived from (None for a graph that was given
    as edges). relation: per entry of the graph, what the alter is to ego (position in RELATIONS).
    recorded: contacts of any kind recorded per person up to the day.
    records: the records of a kind that were known at the revision, for measures that no tie tells (answers to surveys,
    steps of introductions). locate: positions of people by internal id, -1 for nobody.
    recorded: contacts of any kind recorded per person up to the day. said: relations that records of a pair state
    (codes ego * people + alter, and the relation); aliases: ids of merged duplicates and where the kept person stands.
    """

    keys: list[Any]
    graph: Graph
    as_of: date | None = None
    revision: int = 0
    parameters: Parameters = field(default_factory=Parameters)
    people: "People | None" = None
    pairs: Pairs | None = None
    contacts: "Contacts | None" = None
    stated: "StatedTies | None" = None
    relation: np.ndarray | None = None
    recorded: np.ndarray | None = None
    store_id: str = ""
    records: Callable[[str], Any] | None = field(default=None, repr=False)
    locate: Callable[[Any], np.ndarray] | None = field(default=None, repr=False)
    said: tuple[np.ndarray, np.ndarray] | None = None
    aliases: tuple[tuple[str, int], ...] = ()

    def __len__(self) -> int:
        return len(self.keys)

    # --- what it is known by ---------------------------------------------------------------------------------
    @property
    def hash(self) -> str:
        """A short fingerprint of what the snapshot rests on: store, revision, day, parameters."""
        about = f"{self.store_id}|{self.revision}|{self.as_of}|{self.parameters.text()}"
        return hashlib.blake2b(about.encode(), digest_size=8).hexdigest()

    def memo(self, name: Any, compute: Callable[[], Any]) -> Any:
        """A value that several measures share, computed once for this snapshot."""
        kept: dict[Any, Any] = self.__dict__.setdefault("_memo", {})
        if name not in kept:
            # Who asks at the same time waits instead of computing the same once more.
            with self.__dict__.setdefault("_memo_lock", RLock()):
                if name not in kept:
                    kept[name] = compute()
        return kept[name]

    def position(self, key: Any) -> int:
        """The position of a person by own key (or internal id). Raises UnknownPerson."""
        places = self._places()
        found = places.get(str(key))
        if found is None:
            raise UnknownPerson()
        return found

    def _places(self) -> dict[str, int]:
        def compute() -> dict[str, int]:
            ids = [] if self.people is None else self.people.ids
            places = {id: at for at, id in enumerate(ids)}
            # Own keys win over internal ids; of equal keys of several sources the first counts.
            own: dict[str, int] = {}
            for at, key in enumerate(self.keys):
                own.setdefault(str(key), at)
            return places | own

        found: dict[str, int] = self.memo("places", compute)
        return found

    @property
    def roster(self) -> np.ndarray:
        """Truth per person: on the roster on the day. In a graph of edges everybody is."""
        return np.ones(len(self), bool) if self.people is None else self.people.roster

    @property
    def roster_rows(self) -> np.ndarray:
        """Positions of the roster, in the order of printed tables: by person_id as bytes."""
        found: np.ndarray = self.memo("roster", self._roster_rows)
        return found

    def _roster_rows(self) -> np.ndarray:
        rows = np.flatnonzero(self.roster)
        return np.array(sorted(rows, key=lambda at: str(self.keys[at]).encode()), np.int64)

    def learners(self) -> np.ndarray:
        """Positions of the learners on the roster."""
        return self.roster_rows

    @property
    def ties(self) -> set[tuple[Any, Any]]:
        """The ties as pairs of keys: for tests and small graphs."""
        g = self.graph
        egos = np.repeat(np.arange(len(g)), np.diff(g.indptr))
        return {(self.keys[a], self.keys[b]) for a, b in zip(egos.tolist(), g.indices.tolist(), strict=True) if a < b}

    def state_counts(self, state: int) -> np.ndarray:
        """How many pairs of each person are in a state (dormant, weak, strong), staff aside."""
        counts = np.zeros(len(self), np.int64)
        if self.pairs is None:
            return counts
        chosen = (self.pairs.state == state) & self.counted_pairs()
        np.add.at(counts, self.pairs.a[chosen], 1)
        np.add.at(counts, self.pairs.b[chosen], 1)
        return counts

    def counted_pairs(self) -> np.ndarray:
        """Truth per pair: neither end is staff (unless staff count as contacts)."""
        assert self.pairs is not None
        if self.people is None or self.parameters.staff_are_alters:
            return np.ones(len(self.pairs), bool)
        staff = self.people.staff
        counted: np.ndarray = ~(staff[self.pairs.a] | staff[self.pairs.b])
        return counted

    # --- graphs given as edges ----------------------------------------------------------------------------
    @classmethod
    def from_edges(
        cls,
        frame: Any,
        source: str | int = 0,
        target: str | int = 1,
        weight: str | int | None = None,
        *,
        directed: bool = False,
        people: Iterable[Any] = (),
    ) -> Self:
        """A snapshot of a graph that is given as edges.

        Parameters: a pandas frame (or Arrow table) and the names of its columns, or an iterable of tuples and
        the positions in them; `people`: further people without ties. Parallel ties are summed (without weights
        they count once), self-loops dropped; directed edges are symmetrised by sum, so that a reciprocated one
        weighs 2. Raises BadGraph for missing ends and for weights that are not positive numbers.

        >>> snap = Snapshot.from_edges([("ana", "bo", 2.0), ("bo", "ana", 1.0)], weight=2)
        >>> snap.graph.weights.tolist()
        [3.0, 3.0]
        """
        ends, weights = _columns(frame, source, target, weight)
        return cls._from_ends(ends[0], ends[1], weights, directed, list(people))

    @classmethod
    def _from_ends(
        cls, a: list[Any], b: list[Any], weights: np.ndarray | None, directed: bool, people: list[Any]
    ) -> Self:
        for at, (x, y) in enumerate(zip(a, b, strict=True)):
            if _absent(x) or _absent(y):
                raise BadGraph(f"Edge {at} has no end. Remove it, or name both people.", row=at)
        if weights is not None and len(weights):
            bad = ~(np.isfinite(weights) & (weights > 0))
            if bad.any():
                at = int(np.flatnonzero(bad)[0])
                raise BadGraph(
                    f"Edge {at} has the weight {weights[at]:g}. Weights are positive numbers; "
                    "leave out the ties that do not exist.",
                    row=at,
                )
        distinct = dict.fromkeys(people)
        distinct.update(dict.fromkeys(a))
        distinct.update(dict.fromkeys(b))
        keys = sorted(distinct, key=lambda key: (str(key).encode(), type(key).__name__))
        place = {key: at for at, key in enumerate(keys)}
        x = np.fromiter((place[key] for key in a), np.int64, len(a))
        y = np.fromiter((place[key] for key in b), np.int64, len(b))
        w = np.ones(len(a)) if weights is None else weights.astype(np.float64)
        keep = x != y
        x, y, w = x[keep], y[keep], w[keep]
        low, high, n = np.minimum(x, y), np.maximum(x, y), len(keys)
        if weights is None:
            # Without weights a repeated edge is the same edge; only the two directions of an arc add up.
            code = np.unique((low * n + high) * 2 + (x > y if directed else 0))
            pair, counts = np.unique(code // 2, return_counts=True)
            total = counts.astype(np.float64)
        else:
            order = np.lexsort((w, low * n + high))
            code = (low * n + high)[order]
            first = np.flatnonzero(np.append(True, code[1:] != code[:-1])) if len(code) else np.zeros(0, int)
            pair = code[first]
            total = np.add.reduceat(w[order], first) if len(first) else np.zeros(0)
        graph = graph_of(n, pair // max(n, 1), pair % max(n, 1), total)
        parameters = Parameters(half_life=None, weights="unit")
        return cls(keys=keys, graph=graph, parameters=parameters)

    @classmethod
    def from_networkx(cls, graph: Any, weight: str | None = "weight") -> Self:
        """A snapshot of a networkx graph: directed ones are symmetrised by sum, parallel ties summed.

        An edge without the attribute weighs 1; `weight=None` ignores weights. Nodes without ties stay.
        """
        a, b, values = [], [], []
        for x, y, data in graph.edges(data=True):
            a.append(x)
            b.append(y)
            values.append(1.0 if weight is None else data.get(weight, 1.0))
        try:
            weights = None if weight is None else np.asarray(values, np.float64)
        except (TypeError, ValueError):
            raise BadGraph(f"The attribute {weight!r} of some edge is not a number.") from None
        return cls._from_ends(a, b, weights, graph.is_directed(), list(graph.nodes))

    def to_networkx(self) -> Any:
        """The structure graph as `networkx.Graph`: `weight` per tie, plain attributes per person."""
        import networkx as nx

        graph = nx.Graph()
        graph.add_nodes_from(self.keys)
        if self.people is not None:
            for at, key in enumerate(self.keys):
                graph.nodes[key]["learner"] = bool(self.people.learner[at])
                graph.nodes[key]["staff"] = bool(self.people.staff[at])
        g = self.graph
        egos = np.repeat(np.arange(len(g)), np.diff(g.indptr))
        forward = egos < g.indices
        graph.add_weighted_edges_from(
            (self.keys[a], self.keys[b], float(w))
            for a, b, w in zip(
                egos[forward].tolist(), g.indices[forward].tolist(), g.weights[forward].tolist(), strict=True
            )
        )
        return graph


def _absent(value: Any) -> bool:
    return value is None or (isinstance(value, float) and value != value)


def _columns(frame: Any, source: Any, target: Any, weight: Any) -> tuple[tuple[list[Any], list[Any]], Any]:
    if hasattr(frame, "to_pandas"):
        frame = frame.to_pandas()
    if hasattr(frame, "columns"):
        missing = [name for name in (source, target, weight) if name is not None and name not in frame.columns]
        if missing:
            raise BadGraph(f"The frame has no column {missing[0]!r}; it has {', '.join(map(str, frame.columns))}.")
        ends = frame[source].tolist(), frame[target].tolist()
        raw = None if weight is None else frame[weight].tolist()
    else:
        rows = [tuple(row) for row in frame]
        width = max(source, target, weight or 0)
        short = next((at for at, row in enumerate(rows) if len(row) <= width), None)
        if short is not None:
            raise BadGraph(f"Edge {short} has too few values.", row=short)
        ends = [row[source] for row in rows], [row[target] for row in rows]
        raw = None if weight is None else [row[weight] for row in rows]
    if raw is None:
        return ends, None
    try:
        return ends, np.asarray([np.nan if value is None else value for value in raw], np.float64)
    except (TypeError, ValueError):
        raise BadGraph("Some weight is not a number.") from None


__all__ = ["DORMANT", "STRONG", "WEAK", "Snapshot"]
