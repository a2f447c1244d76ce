"""Own keys into internal ids: who is known, who has to be created, and which rows name nobody."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from graph_service.records.identity import internal_ids
from graph_service.records.kind import Field
from graph_service.records.registry import kind
from graph_service.store.port import ANONYMOUS
from graph_service.store.store import Store
from loaders.batch import Part, Reject
from loaders.options import LoadOptions


@dataclass
class Directory:
    """The internal ids of the keys of one load, and what the store knows of them.

    brought: ids that the load itself brings, so that later parts may refer to them. creatable: missing people who
    are created where an accepted row names them, as (namespace, key).
    """

    store: Store
    options: LoadOptions
    brought: dict[str, set[str]] = field(default_factory=dict)
    creatable: dict[str, tuple[str, str]] = field(default_factory=dict)
    _erased: set[str] | None = None

    @property
    def erased(self) -> set[str]:
        if self._erased is None:
            self._erased = {id for _, id in self.store.erasures()}
        return self._erased

    def ids(self, kind_name: str, source: str, keys: Sequence[str]) -> list[str]:
        return internal_ids(self.store.secret, kind_name, source, keys)

    def known(self, kind_name: str, ids: Sequence[str]) -> set[str]:
        """Which of the ids may be referred to."""
        mine = self.brought.get(kind_name, set())
        others = [id for id in ids if id not in mine]
        found = self.store.known(kind_name, others) if others else set()
        return found | mine.intersection(ids)


@dataclass(frozen=True)
class Resolved:
    """A part whose ids and references are internal, and the rows that refer to nobody."""

    part: Part
    rejects: list[Reject]


def resolve(part: Part, directory: Directory) -> Resolved:
    """Internal ids for the records of a part and everything they refer to.

    People whom the store does not know are created when the options give them a role. Somebody who was erased
    stays away: a contact keeps an anonymous participant, any other record about them is rejected.
    """
    of = kind(part.kind)
    missing: dict[int, tuple[str, str, str]] = {}
    columns: dict[str, Any] = {}
    for each in of.references:
        if each.name not in part.table.column_names or each.name == "parent":
            continue
        column = part.table[each.name]
        column = column.combine_chunks() if hasattr(column, "combine_chunks") else column
        columns[each.name] = _references(part, each, column, directory, missing)
    source = directory.options.id_source if of.keyed else directory.options.source
    own = part.sources.get("id", source)
    columns["id"] = _array(directory.ids(part.kind, own, part.table["id"].to_pylist()))
    table = part.table
    for name, column in columns.items():
        table = table.set_column(table.schema.get_field_index(name), name, column)
    resolved = replace(part, table=table)
    if part.must_be_known:
        ids = table["id"].to_pylist()
        known = directory.known(part.kind, ids)
        for at, id in enumerate(ids):
            if id not in known:
                missing.setdefault(at, ("id", f"an unknown {part.kind}", f"a {part.kind} that is loaded before"))
    if missing:
        resolved = without(resolved, set(missing))
    rows = part.rows.to_pylist() if missing else []
    rejects = [Reject(rows[at], *told, part.file) for at, told in missing.items()]
    if of.keyed and not part.must_be_known:
        brought = set(resolved.table["id"].to_pylist()) - directory.erased
        directory.brought.setdefault(of.name, set()).update(brought)
    return Resolved(resolved, rejects)


def without(part: Part, rows: set[int]) -> Part:
    """The part without these rows of its table."""
    import numpy as np
    import pyarrow as pa

    keep = np.ones(len(part), dtype=bool)
    keep[sorted(rows)] = False
    mask = pa.array(keep)
    return replace(part, table=part.table.filter(mask), rows=part.rows.filter(mask))


def _references(
    part: Part, each: Field, column: Any, directory: Directory, missing: dict[int, tuple[str, str, str]]
) -> Any:
    """A column of keys as internal ids. Each distinct key is looked up once."""
    import numpy as np
    import pyarrow as pa
    import pyarrow.compute as pc

    assert each.type.target is not None
    values = column.flatten().field("id") if each.roles else column
    codes = values.dictionary_encode()
    keys = codes.dictionary.to_pylist()
    source = part.sources.get(each.name, directory.options.id_source)
    ids = directory.ids(each.type.target, source, keys)
    known = directory.known(each.type.target, ids)
    target: list[str | None] = []
    unknown = np.zeros(len(keys) + 1, dtype=bool)
    for at, (key, id) in enumerate(zip(keys, ids, strict=True)):
        if id in known:
            target.append(id)
        elif each.roles and id in directory.erased:
            target.append(ANONYMOUS)
        elif _may_create(each, directory.options) and id not in directory.erased:
            directory.creatable[id] = (source, key)
            target.append(id)
        else:
            target.append(None)
            unknown[at] = True
    indices = codes.indices
    if unknown.any():
        places = np.flatnonzero(unknown[np.asarray(pc.fill_null(indices, len(keys)))])
        rows = np.asarray(pc.list_parent_indices(column))[places] if each.roles else places
        expected = _expected(each)
        for row in np.unique(rows).tolist():
            missing.setdefault(row, (each.name, f"an unknown {each.type.target}", expected))
    taken = pa.array(target, pa.string()).take(indices)
    if not each.roles:
        return taken
    pairs = pa.StructArray.from_arrays([taken, column.flatten().field("role")], names=["id", "role"])
    offsets = pc.subtract(column.offsets, column.offsets[0]) if len(column) else column.offsets
    return pa.ListArray.from_arrays(offsets, pairs).cast(each.arrow)


def _may_create(each: Field, options: LoadOptions) -> bool:
    return each.type.target == "person" and options.person_role is not None


def _expected(each: Field) -> str:
    if each.type.target == "person":
        return "somebody the programme knows (load people first, or give --person-role)"
    return f"a {each.type.target} that is loaded before"


def created_people(directory: Directory, parts: Sequence[Part]) -> Part:
    """Records of the missing people whom the accepted rows name."""
    import numpy as np
    import pyarrow as pa

    used = {id for part in parts for id in _referred(part)}
    new = {id: named for id, named in directory.creatable.items() if id in used}
    options, length = directory.options, len(new)
    table = {
        "id": pa.array(list(new), pa.string()),
        "id_source": pa.array([source for source, _ in new.values()], pa.string()),
        "key": pa.array([key for _, key in new.values()], pa.string()),
        "roles": pa.array([[options.person_role or ""]] * length, kind("person")["roles"].arrow),
        "basis": pa.array([options.basis] * length, pa.string()),
    }
    return Part("person", pa.table(table), pa.array(np.zeros(length, dtype="int64")), frozenset(kind("person").by_name))


def _referred(part: Part) -> set[str]:
    """The people whom a part refers to."""
    import pyarrow.compute as pc

    found: set[str] = set()
    for each in kind(part.kind).references:
        if each.type.target == "person" and each.name in part.table.column_names:
            column = part.table[each.name].combine_chunks()
            values = column.flatten().field("id") if each.roles else column
            found |= set(pc.unique(values).to_pylist())
    return found


def _array(values: Sequence[str]) -> Any:
    import pyarrow as pa

    return pa.array(values, pa.string())
