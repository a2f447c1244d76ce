"""Who took part in an interaction, and as what: out of one column, two, or one for each role."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from graph_service.records.contacts import INTERACTION
from loaders.csv.sheets import Sheet
from loaders.values import SEVERAL, Unfit, code, trimmed

#: The role of who stands in a column where nothing says it.
ROLES = {"from": "sender", "to": "recipient", "participants": "participant"}
EXPECTED = "two different people at least"


@dataclass(frozen=True)
class TookPart:
    """Lists of (key, role), in the order of the columns; and what is wrong, as row to (field, found, expected)."""

    column: Any
    wrong: dict[int, tuple[str, str, str]]


def took_part(sheet: Sheet, texts: Mapping[str, Any], roles: Mapping[str, str], length: int) -> TookPart:
    """The participants of every row. Somebody named twice in the same role is named once; in two roles, wrong."""
    import numpy as np
    import pyarrow as pa
    import pyarrow.compute as pc

    wrong: dict[int, tuple[str, str, str]] = {}
    at, keys, kinds = [], [], []
    named = [name for name, column in sheet.columns.items() if column.people and name in texts]
    for name in named:
        role = roles.get(name, ROLES.get(name, name))
        if name in ("from", "to"):
            places = np.flatnonzero(np.asarray(pc.is_valid(texts[name])))
            people = texts[name].drop_null()
        else:
            places, people = _several(texts[name])
        if name == "participants":
            people, own = _with_roles(people, role)
        else:
            own = pa.repeat(pa.scalar(role), len(people))
        at.append(places)
        keys.append(people)
        kinds.append(own)
    rows = np.concatenate(at)
    order = np.argsort(rows, kind="stable")
    key = pa.chunked_array(keys, pa.string()).combine_chunks().take(pa.array(order))
    kind = pa.chunked_array(kinds, pa.string()).combine_chunks().take(pa.array(order))
    rows = rows[order]
    rows, key, kind = _once(rows, key, kind, named, wrong)
    counts = np.bincount(rows, minlength=length)
    field = "participants" if "participants" in named else named[-1]
    for row in np.flatnonzero(counts < 2).tolist():
        wrong.setdefault(row, (field, "nobody" if not counts[row] else "one person", EXPECTED))
    offsets = np.concatenate([[0], np.cumsum(counts)]).astype("int32")
    values = pa.StructArray.from_arrays([key, kind], names=["id", "role"])
    column = pa.ListArray.from_arrays(pa.array(offsets), values).cast(INTERACTION["participants"].arrow)
    return TookPart(column, wrong)


def spoke(texts: Any, participants: Any) -> TookPart:
    """Who of a group really spoke: `ana & bo; bo & cy` as places among the participants, [[0, 1], [1, 2]]."""
    import json

    import pyarrow as pa
    import pyarrow.compute as pc

    values: list[str | None] = [None] * len(texts)
    wrong: dict[int, tuple[str, str, str]] = {}
    for row in pc.indices_nonzero(pc.is_valid(texts)).to_pylist():
        place = {each["id"]: at for at, each in enumerate(participants[row].as_py())}
        pairs = [[key.strip() for key in pair.split("&")] for pair in texts[row].as_py().split(SEVERAL) if pair.strip()]
        if all(len(set(pair)) == 2 == len(pair) and set(pair) <= set(place) for pair in pairs):
            values[row] = json.dumps([sorted(place[key] for key in pair) for pair in pairs])
        else:
            wrong[row] = ("pairs", f"text of {len(texts[row].as_py())} characters", "pairs of participants: key & key")
    return TookPart(pa.array(values, pa.string()), wrong)


def _several(texts: Any) -> tuple[Any, Any]:
    import numpy as np
    import pyarrow.compute as pc

    lists = pc.split_pattern(texts, SEVERAL)
    rows = np.asarray(pc.list_parent_indices(lists))
    values = trimmed(pc.list_flatten(lists))
    return rows[np.asarray(pc.is_valid(values))], values.drop_null()


def _with_roles(people: Any, default: str) -> tuple[Any, Any]:
    """`key:role` as key and role; what follows the last colon and is no role belongs to the key."""
    import pyarrow as pa

    codes = people.dictionary_encode()
    keys, roles = [], []
    for text in codes.dictionary.to_pylist():
        key, colon, end = text.rpartition(":")
        role = code("participation_roles", end) if colon and key else Unfit("", "")
        fits = not isinstance(role, Unfit)
        keys.append(key.strip() if fits else text)
        roles.append(role if fits else default)
    return pa.array(keys, pa.string()).take(codes.indices), pa.array(roles, pa.string()).take(codes.indices)


def _once(
    rows: Any, key: Any, kind: Any, named: list[str], wrong: dict[int, tuple[str, str, str]]
) -> tuple[Any, Any, Any]:
    """Everybody once; who is named in two roles is told."""
    import numpy as np
    import pyarrow as pa

    people = np.asarray(key.dictionary_encode().indices).astype("int64")
    pair = rows.astype("int64") * (int(people.max()) + 1 if len(people) else 1) + people
    _, first, again = np.unique(pair, return_index=True, return_inverse=True)
    if len(first) == len(pair):
        return rows, key, kind
    role = np.asarray(kind.dictionary_encode().indices)
    differs = role != role[first][again]
    field = "participants" if "participants" in named else named[-1]
    for row in np.unique(rows[differs]).tolist():
        wrong.setdefault(int(row), (field, "the same person twice", EXPECTED))
    keep = np.zeros(len(pair), dtype=bool)
    keep[first] = True
    mask = pa.array(keep)
    return rows[keep], key.filter(mask), kind.filter(mask)
