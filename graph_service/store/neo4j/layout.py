"""How a declared kind becomes nodes, labels and relationships.

A live record is a node `:Record:<Label>` with its fields as properties; what it refers to is a relationship of
the declared type; an ended version is a node `:History:<Label>History` of its own, with references as ids,
which no relationship of the live graph meets.
"""

from collections.abc import Mapping, Sequence
from datetime import date
from functools import cache
from typing import Any

from graph_service import clock
from graph_service.records.kind import Field, Kind
from graph_service.records.registry import KINDS
from graph_service.records.registry import kind as declared
from graph_service.records.vocabulary import vocabulary
from graph_service.store.neo4j.statements import cypher

#: The column of a vocabulary table that says which label or relationship type a code becomes.
NAMED = "neo4j"


def path(kind: Kind, each: Field) -> dict[str, str]:
    """The parts of a reference's path in a statement: `n` is the record, `m` what it refers to."""
    forward = not each.reverse
    return {
        "kind": kind.name,
        "label": kind.label,
        "field": each.name,
        "edge": each.edge or each.name.upper(),
        "target": declared(each.type.target or "").label,
        "left": "" if forward else "<",
        "right": ">" if forward else "",
        "from": "n" if forward else "m",
        "to": "m" if forward else "n",
    }


def is_property(each: Field) -> bool:
    """Whether a field is a property of the live node."""
    return each.type.shape != "ref"


@cache
def labelled(kind: Kind) -> Mapping[str, Mapping[str, str]]:
    """The fields whose codes give a node further labels, and the label of each code."""
    found = {}
    for each in kind.fields:
        if each.type.vocabulary and each.name != (kind.direct or ("", "", ""))[2]:
            table = vocabulary(each.type.vocabulary)
            if table.rows and NAMED in next(iter(table.rows.values())):
                found[each.name] = {code: label for code, label in table.column(NAMED).items() if label}
    return found


def extra_labels(kind: Kind) -> list[str]:
    """Every further label that a node of the kind may have."""
    return sorted({label for codes in labelled(kind).values() for label in codes.values()})


@cache
def referring(kind: Kind) -> tuple[str, str]:
    """The relationship types by which records refer to one of this kind: going out from it, coming in to it."""
    out: set[str] = set()
    into: set[str] = set()
    for other in KINDS.values():
        for each in other.references:
            if each.type.target == kind.name:
                (out if each.reverse else into).add(path(other, each)["edge"])
    # A type that nothing has stands for "none": Cypher has no empty alternative.
    return "|".join(sorted(out)) or "NOTHING", "|".join(sorted(into)) or "NOTHING"


# --- what is read --------------------------------------------------------------------------------------
def projection(kind: Kind, *, ended: bool = False) -> str:
    """`, n.name AS name, ...`: the fields of a live node, or of an ended version."""
    parts = []
    for each in kind.fields:
        if is_property(each) or (ended and not each.roles):
            value = f"n.{each.name}"
        elif each.roles:
            value = cypher("history_participants" if ended else "participants_as_list", **path(kind, each))
        else:
            value = cypher("reference_id", **path(kind, each))
        parts.append(f", {value} AS {each.name}")
    return "".join(parts)


def line(kind: Kind, fields: Sequence[Field], *, ended: bool) -> str:
    """The expression of one comma-separated line (see `store.lines`)."""
    parts = [cypher("plain_cell", name=f"n.{name}") for name in ("seq", "id", "version", "revision")]
    parts += [cypher("ended_by") if ended else "''", cypher("cell", name="n.batch")]
    for each in fields:
        if each.roles:
            parts.append(cypher("participants_cell", field=each.name))
        elif each.many:
            parts.append(cypher("list_cell", name=f"n.{each.name}"))
        elif each.type.shape in ("text", "json"):
            parts.append(cypher("cell", name=f"n.{each.name}"))
        else:
            own = is_property(each) or ended
            value = f"n.{each.name}" if own else cypher("reference_id", **path(kind, each))
            # Truth is a number in a line, as the other engine keeps it.
            value = f"toInteger({value})" if each.type.shape == "bool" else value
            parts.append(cypher("plain_cell", name=value))
    return " + ',' + ".join(parts)


def record(kind: Kind, row: Mapping[str, Any]) -> dict[str, Any]:
    """A row as a record with its version, revision, ended and batch."""
    values: dict[str, Any] = {"id": row["id"]}
    for each in kind.fields:
        value = row[each.name]
        if each.roles:
            value = [{"id": id, "role": role} for id, role in value]
        elif each.many:
            value = list(value or [])
        elif each.type.shape == "date" and value is not None:
            value = value.to_native()
        values[each.name] = value
    return values | {name: row[name] for name in ("version", "revision", "batch", "ended")}


def conditions(kind: Kind, equals: Mapping[str, Any]) -> tuple[str, str, dict[str, Any]]:
    """Paths and conditions on live nodes, and their parameters (see the SQL engine's twin)."""
    matches, text, values = "", "", {}
    for name, value in equals.items():
        each = kind[name]
        parts = path(kind, each) if each.type.shape == "ref" else {"field": name}
        if value is None:
            text += " " + cypher("where_no_reference" if "edge" in parts else "where_null", **parts)
            continue
        wanted = list(value) if isinstance(value, (list, tuple, set, frozenset)) else [value]
        if "edge" in parts:
            matches += cypher("match_reference", **parts)
            text += " " + cypher("where_reference", **parts)
        else:
            text += " " + cypher("where_list" if each.many else "where_field", **parts)
        values[f"is_{name}"] = wanted
    return matches, text, values


# --- what is written -----------------------------------------------------------------------------------
def kept(each: Field, value: Any) -> Any:
    """A plain value as a property: days as dates."""
    return clock.day_of(value) if each.type.shape == "date" and value is not None else value


def node_rows(kind: Kind, columns: Mapping[str, Sequence[Any]], seqs: Sequence[int] | None) -> list[dict[str, Any]]:
    """Rows of `update`, and of `insert` with `by_labels`: the properties of each node, and its further labels."""
    fields = [each for each in kind.fields if is_property(each)]
    dated = {each.name for each in fields if each.type.shape == "date"}
    names = ["id", "version", "revision", "batch", "digest", *(each.name for each in fields)]
    days: dict[int, date] = {}
    found = []
    labels = labelled(kind)
    for at, row in enumerate(zip(*(columns[name] for name in names), strict=True)):
        # What is absent is not written: neither nothing nor an empty list, which is read as one again.
        values = {name: value for name, value in zip(names, row, strict=True) if value is not None and value != []}
        for name in dated:
            if name in values:
                number = values[name]
                values[name] = days.get(number) or days.setdefault(number, clock.day_of(number))
        if seqs is not None:
            values["seq"] = seqs[at]
        found.append({"values": values, "labels": _labels(labels, values)})
    return found


def by_labels(rows: Sequence[Mapping[str, Any]]) -> dict[str, list[Any]]:
    """The properties of nodes by their further labels, written as `:A:B`.

    >>> by_labels([{"values": {"id": "a"}, "labels": ["Learner"]}, {"values": {"id": "b"}, "labels": []}])
    {':Learner': [{'id': 'a'}], '': [{'id': 'b'}]}
    """
    found: dict[str, list[Any]] = {}
    for row in rows:
        found.setdefault("".join(f":{label}" for label in row["labels"]), []).append(row["values"])
    return found


def _labels(labels: Mapping[str, Mapping[str, str]], values: Mapping[str, Any]) -> list[str]:
    found: set[str] = set()
    for name, codes in labels.items():
        value = values.get(name)
        present = value if isinstance(value, list) else [value]
        found |= {label for code, label in codes.items() if code in present}
    return sorted(found)


def history_rows(kind: Kind, columns: Mapping[str, Sequence[Any]]) -> list[dict[str, Any]]:
    """Rows of `rewrite_ended`: an ended version's properties, absent ones as null."""
    found: list[dict[str, Any]] = []
    for at in range(len(columns["id"])):
        values = {name: columns[name][at] for name in ("id", "version", "revision", "batch", "digest")}
        for each in kind.fields:
            value = columns[each.name][at]
            if each.roles:
                values[each.name] = [id for id, _ in value]
                values[f"{each.name}_roles"] = [role for _, role in value]
            else:
                values[each.name] = kept(each, value)
        found.append({"values": values})
    return found


def direct_rows(kind: Kind, columns: Mapping[str, Sequence[Any]]) -> list[dict[str, Any]]:
    """Rows of `insert_direct`: one for each record whose code names a relationship."""
    assert kind.direct is not None
    a, b, code = kind.direct
    types = vocabulary(kind[code].type.vocabulary or "").column(NAMED)
    shown = [each for each in kind.fields if is_property(each) and not each.many and each.name != code]
    found = []
    for at, id in enumerate(columns["id"]):
        values = {each.name: kept(each, columns[each.name][at]) for each in shown}
        values = {name: value for name, value in values.items() if value is not None} | {"record": id}
        ends = {"from": columns[a][at], "to": columns[b][at]}
        found.append({**ends, "type": types[columns[code][at]], "values": values})
    return found


def direct_parts(kind: Kind) -> dict[str, str]:
    """The parts of the statements on the direct relationship."""
    assert kind.direct is not None
    a, b, code = kind.direct
    types = vocabulary(kind[code].type.vocabulary or "").column(NAMED)
    first, last = path(kind, kind[a]), path(kind, kind[b])
    first["from"], first["to"] = first["target"], last["target"]
    return first | {"types": "|".join(sorted(set(types.values())))}
