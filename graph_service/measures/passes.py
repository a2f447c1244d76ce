"""Passes over the graph that several measures share, computed once for a snapshot."""

from typing import TYPE_CHECKING, Any

import numpy as np

from graph_service.records.vocabulary import vocabulary
from graph_service.snapshot.events import KIND_CODES
from graph_service.snapshot.people import PROFESSIONAL, RELATIONS, SECTORS
from graph_service.snapshot.snapshot import Snapshot

if TYPE_CHECKING:
    from graph_service.measures.catalogue import Model
    from graph_service.measures.kernels.structure import Structure

MODES = vocabulary("modes").codes
TIERS = vocabulary("tiers").codes


def triangle_pass(snapshot: Snapshot, model: "Model" = "whole") -> "Structure":
    """Constraint, effective size and their kin of everyone, in one visit of every triangle."""

    def run() -> "Structure":
        from graph_service.measures.kernels.ego_model import ego
        from graph_service.measures.kernels.triangles import whole

        graph = snapshot.graph
        return (whole if model == "whole" else ego)(graph.indptr, graph.indices, graph.weights)

    found: Structure = snapshot.memo(("triangles", model), run)
    return found


def shared(snapshot: Snapshot) -> Any:
    """The common contacts of every tie, listed once for the measures that walk them."""

    def run() -> Any:
        from graph_service.measures.kernels.shared_alters import shared_alters

        return shared_alters(snapshot.graph.indptr, snapshot.graph.indices)

    return snapshot.memo("shared", run)


def egos(snapshot: Snapshot) -> np.ndarray:
    """The ego of every entry of the graph."""
    found: np.ndarray = snapshot.memo(
        "egos", lambda: np.repeat(np.arange(len(snapshot)), np.diff(snapshot.graph.indptr)).astype(np.int32)
    )
    return found


def relation_counts(snapshot: Snapshot) -> np.ndarray:
    """int64[people, relations]: contacts of each person by what they are to them."""

    def run() -> np.ndarray:
        n, width = len(snapshot), len(RELATIONS)
        if snapshot.relation is None:
            counts = np.zeros((n, width), np.int64)
            counts[:, RELATIONS.index("peer")] = np.diff(snapshot.graph.indptr)
            return counts
        code = egos(snapshot).astype(np.int64) * width + snapshot.relation
        return np.bincount(code, minlength=n * width).reshape(n, width).astype(np.int64)

    found: np.ndarray = snapshot.memo("relations", run)
    return found


def is_professional(snapshot: Snapshot) -> np.ndarray:
    """Truth per entry of the graph: the alter is a professional contact to ego."""
    if snapshot.relation is None:
        return np.zeros(len(snapshot.graph.indices), bool)
    kinds = np.array([code in PROFESSIONAL for code in RELATIONS])
    found: np.ndarray = kinds[snapshot.relation]
    return found


def pair_context(snapshot: Snapshot) -> np.ndarray:
    """int64[pairs]: distinct contexts of each logged pair: the named context, else the activity, else the kind."""

    def run() -> np.ndarray:
        pairs, contacts = snapshot.pairs, snapshot.contacts
        assert pairs is not None and contacts is not None
        return _distinct(pairs, event_codes(contacts))

    found: np.ndarray = snapshot.memo("pair_context", run)
    return found


def event_codes(contacts: Any) -> np.ndarray:
    """A number per event that stands for its context."""
    import pyarrow as pa
    import pyarrow.compute as pc

    table = contacts.table
    text = pc.coalesce(table["context"], table["activity"], table["kind"])
    encoded = text.combine_chunks() if isinstance(text, pa.ChunkedArray) else text
    if isinstance(encoded, pa.ChunkedArray):
        encoded = pa.concat_arrays(encoded.chunks)
    return np.asarray(encoded.dictionary_encode().indices.to_numpy(), np.int64)


def _distinct(pairs: Any, codes: np.ndarray) -> np.ndarray:
    """How many distinct codes the events of each pair have."""
    n = len(pairs)
    if not n:
        return np.zeros(0, np.int64)
    pair = np.repeat(np.arange(n), np.diff(pairs.start))
    width = int(codes.max(initial=0)) + 1
    seen = np.unique(pair * width + codes[pairs.event])
    return np.bincount(seen // width, minlength=n).astype(np.int64)


def pair_mode(snapshot: Snapshot) -> np.ndarray:
    """int16[pairs]: the mode in which most of the pair's contacts were (position in MODES; ties: the first)."""

    def run() -> np.ndarray:
        from graph_service.snapshot.rows import index_in

        pairs, contacts = snapshot.pairs, snapshot.contacts
        assert pairs is not None and contacts is not None
        import pyarrow as pa

        mode = index_in(contacts.table["mode"], pa.array(MODES))
        return _most_frequent(pairs, mode, len(MODES))

    found: np.ndarray = snapshot.memo("pair_mode", run)
    return found


def _most_frequent(pairs: Any, codes: np.ndarray, width: int) -> np.ndarray:
    n = len(pairs)
    if not n:
        return np.zeros(0, np.int16)
    pair = np.repeat(np.arange(n), np.diff(pairs.start))
    counts = np.bincount(pair * width + codes[pairs.event], minlength=n * width).reshape(n, width)
    found: np.ndarray = counts.argmax(axis=1).astype(np.int16)
    return found


def origin_of_programme(snapshot: Snapshot) -> np.ndarray:
    """Truth per pair: its first event was an activity of the programme, or a brokered introduction."""

    def run() -> np.ndarray:
        import pyarrow.compute as pc

        pairs, contacts = snapshot.pairs, snapshot.contacts
        assert pairs is not None and contacts is not None
        rows = vocabulary("interaction_kinds").rows
        by_kind = np.array([rows[code]["programme"] == "yes" for code in KIND_CODES])[contacts.kind]
        named = pc.or_(pc.is_valid(contacts.table["activity"]), pc.is_valid(contacts.table["introduced_by"]))
        ours = by_kind | np.asarray(named.to_numpy(), bool)
        return np.asarray(ours[pairs.origin], bool)

    found: np.ndarray = snapshot.memo("origin", run)
    return found


def consenting(snapshot: Snapshot) -> np.ndarray:
    """Truth per person: may be used as a connector (consented; de-identified research data: everybody)."""
    import pyarrow.compute as pc

    if snapshot.people is None:
        return np.ones(len(snapshot), bool)
    table = snapshot.people.table
    may = pc.or_(pc.equal(table["status"], "consented"), pc.equal(table["basis"], "research"))
    return np.asarray(may.to_numpy(zero_copy_only=False), bool)


#: Attributes of contacts: how many categories the codebook has (0: as many as occur).
SIZES = {"sector": len(SECTORS), "tier": len(TIERS), "relation": len(RELATIONS), "mode": len(MODES)}
