"""Which organisation belongs to which: parents before children, no circles, and children that waited for a parent."""

from dataclasses import dataclass, replace
from typing import Any

from graph_service.actions.resolving import Directory, without
from graph_service.records.registry import kind
from graph_service.store.store import Store
from loaders.batch import Part, Reject


@dataclass(frozen=True)
class Placed:
    """Organisations with their parents; those in a circle are rejected. waiting: how many parents are not known."""

    part: Part
    rejects: list[Reject]
    waiting: int


def place(part: Part, directory: Directory) -> Placed:
    """Give the organisations of a load their parents, and put parents first.

    A parent whom nobody has loaded yet leaves the organisation without one, until it is loaded.
    """
    import pyarrow as pa
    import pyarrow.compute as pc

    if "part_of" not in part.table.column_names or part.table["part_of"].null_count == len(part):
        return Placed(part, [], 0)
    keys = part.table["part_of"].to_pylist()
    named = [key for key in keys if key is not None]
    source = part.sources.get("id", directory.options.id_source)
    by_key = dict(zip(named, directory.ids("organization", source, named), strict=True))
    known = directory.known("organization", sorted(set(by_key.values())))
    ids = part.table["id"].to_pylist()
    parents = [by_key[key] if key is not None and by_key[key] in known else None for key in keys]
    tree = dict(zip(ids, parents, strict=True))
    for parent in {each for each in parents if each is not None}:
        _climb(directory.store, parent, tree)
    depth = _depths(tree)
    circular = {at for at, id in enumerate(ids) if id not in depth}
    rows = part.rows.to_pylist()
    rejects = [Reject(rows[at], "part_of", "a circle", "no organisation above itself", part.file) for at in circular]
    at = part.table.schema.get_field_index("parent")
    column = pa.array([None if at in circular else parent for at, parent in enumerate(parents)], pa.string())
    table = part.table.set_column(at, "parent", column) if at >= 0 else part.table.append_column("parent", column)
    placed = without(replace(part, table=table), circular) if circular else replace(part, table=table)
    order = pc.sort_indices(pa.array([depth[id] for id in placed.table["id"].to_pylist()], pa.int64()))
    placed = replace(placed, table=placed.table.take(order), rows=placed.rows.take(order))
    waiting = len({key for key in named if by_key[key] not in known})
    return Placed(replace(placed, given=placed.given | {"parent"}), rejects, waiting)


def _climb(store: Store, start: str, tree: dict[str, str | None]) -> None:
    """Add the organisations above one to a tree of parents."""
    at: str | None = start
    while at is not None and at not in tree:
        record = store.get("organization", at)
        tree[at] = record["parent"] if record else None
        at = tree[at]


def _depths(parents: dict[str, str | None]) -> dict[str, int]:
    """How deep each organisation stands; those in or under a circle have no depth."""
    depth: dict[str, int] = {}
    for start in parents:
        path: list[str] = []
        at: str | None = start
        while at is not None and at in parents and at not in depth and at not in path:
            path.append(at)
            at = parents[at]
        if at is not None and at in path:
            continue
        if at is not None and at in parents and at not in depth:
            continue
        above = depth[at] if at is not None and at in depth else -1
        for below, id in enumerate(reversed(path), 1):
            depth[id] = above + below
    return depth


def adopt(store: Store, part: Part, **write: Any) -> int:
    """Link organisations that were waiting for a parent of this part. Returns how many."""
    of = kind("organization")
    keys = part.table["key"].to_pylist()
    sources = set(part.table["id_source"].to_pylist())
    ids = dict(zip(keys, part.table["id"].to_pylist(), strict=True))
    found = []
    for row in store.find("organization", part_of=keys):
        parent = ids[row["part_of"]]
        above: dict[str, str | None] = {}
        _climb(store, parent, above)
        if row["parent"] is None and row["id_source"] in sources and row["id"] not in above:
            found.append({name: row[name] for name in ("id", *of.by_name)} | {"parent": parent})
    return store.put("organization", *found, **write).changed if found else 0
