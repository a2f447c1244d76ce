"""Merge two records of one person, and undo it. A merge is a record; nothing is overwritten."""

from graph_service.errors import NotFound, UnknownPerson, UsageError
from graph_service.store.store import Receipt, Store


def merge(
    store: Store, duplicate: str, kept: str, *, id_source: str = "local", evidence: str = "", actor: str = ""
) -> Receipt:
    """Say that two records are one person. Raises UnknownPerson, UsageError for a record merged with itself."""
    ends = {name: store.internal_id("person", id_source, key) for name, key in (("d", duplicate), ("k", kept))}
    if ends["d"] == ends["k"]:
        raise UsageError("A record cannot be merged with itself. Name two different people.")
    if store.known("person", list(ends.values())) != set(ends.values()):
        raise UnknownPerson()
    record = {"id": merge_id(store, ends["d"]), "duplicate": ends["d"], "kept": ends["k"], "evidence": evidence or None}
    return store.put("merge", record, actor=actor, action="merge")


def unmerge(store: Store, duplicate: str, *, id_source: str = "local", actor: str = "") -> Receipt:
    """Take a merge back. Raises NotFound where the record is not merged."""
    id = merge_id(store, store.internal_id("person", id_source, duplicate))
    if not store.known("merge", [id]):
        raise NotFound("This record is not merged with another.")
    return store.retract("merge", [id], actor=actor, action="unmerge")


def merge_id(store: Store, duplicate: str) -> str:
    """A record is merged into one other at most, so that its own id names the merge."""
    return store.internal_id("merge", "merge", duplicate)


def kept_of(store: Store, id: str) -> str:
    """The record that somebody counts as: their own, or the one that it was merged into."""
    seen: set[str] = set()
    while id not in seen and (found := store.find("merge", duplicate=id)):
        seen.add(id)
        id = str(found[0]["kept"])
    return id
