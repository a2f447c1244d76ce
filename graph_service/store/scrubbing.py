"""Free text that names somebody who is erased: found in all records, and rewritten in all their versions.

A full name, an address and the person's key are taken out wherever they stand. A given or family name on its own is
taken out where nobody else in the store bears it: where others do, the word says nothing of the erased.
"""

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from graph_service.records.kind import Field, Kind
from graph_service.records.registry import KINDS, kind
from graph_service.store.port import ANONYMOUS, Transaction
from graph_service.store.prepared import prepare_versions

if TYPE_CHECKING:
    from graph_service.store.store import Store

#: What stands where a name stood.
GONE = "[erased]"
#: Shorter keys and names are found in too many words that mean something else.
SHORTEST = 3
NAMES, ADDRESSES = ("given_name", "family_name"), ("email", "phone")
#: Texts that the service's parts write for each other: a person's key that reads like one of them is not meant.
MACHINE = frozenset({"id_source", "key", "source", "feed", "loader", "run", "slot", "party"})
Places = dict[str, list[str]]


def wording(store: "Store", ids: Sequence[str]) -> re.Pattern[str] | None:
    """What names these people in a text; None where nothing does."""
    versions = [row for id in ids for row in store.history("person", id)]
    texts: set[str] = set()
    for row in versions:
        given, family = row["given_name"], row["family_name"]
        if given and family:
            texts |= {f"{given} {family}", f"{family}, {given}", f"{family} {given}"}
        texts |= {row[name] for name in (*ADDRESSES, "key") if row[name]}
    single = {row[name] for row in versions for name in NAMES if row[name]}
    if single:
        texts |= {name for name in single if name.casefold() not in _borne(store, ids)}
    # The id is a hash, and still a thread back to the person wherever it is written out.
    texts |= set(ids) - {ANONYMOUS}
    wanted = {text.strip() for text in texts if len(text.strip()) >= SHORTEST}
    wanted |= {json.dumps(text)[1:-1] for text in wanted}
    if not wanted:
        return None
    longest_first = sorted(wanted, key=lambda text: (-len(text), text))
    return re.compile(rf"(?<![\w@.-])(?:{'|'.join(map(re.escape, longest_first))})(?![\w@-])", re.IGNORECASE)


def _borne(store: "Store", ids: Sequence[str]) -> set[str]:
    """Given and family names of everybody else."""
    import pyarrow as pa
    import pyarrow.compute as pc

    table = store.since("person")
    others = table.filter(pc.invert(pc.is_in(table["id"], value_set=pa.array(list(ids), pa.string()))))
    return {name.casefold() for each in NAMES for name in pc.unique(others[each]).to_pylist() if name}


def free_texts(of: Kind) -> list[Field]:
    """Fields of a kind that may hold any words; a person's own fields and keys are somebody's identity, not a text."""
    if of.name == "person":
        return []
    return [each for each in of.fields if each.type.shape in ("text", "json") and each.name not in MACHINE]


def places(store: "Store", pattern: re.Pattern[str], since: int = 0) -> Places:
    """Ids of the records that name somebody, by kind, among those newer than a revision."""
    import pyarrow.compute as pc

    plain = re.sub(r"\(\?<!.*?\]\)|\(\?!.*?\]\)", "", pattern.pattern)
    found: Places = {}
    for of in KINDS.values():
        fields = free_texts(of)
        if not fields:
            continue
        table = store.since(of.name, since)
        hits: set[str] = set()
        for each in fields:
            column = table[each.name].combine_chunks()
            parents = None
            if each.many:
                parents, column = pc.list_parent_indices(column), pc.list_flatten(column)
            rows = pc.indices_nonzero(pc.fill_null(pc.match_substring_regex(column, plain, ignore_case=True), False))
            texts = column.take(rows).to_pylist()
            at = rows if parents is None else parents.take(rows)
            ids = table["id"].take(at).to_pylist()
            hits |= {id for id, text in zip(ids, texts, strict=True) if pattern.search(text)}
        if hits:
            found[of.name] = sorted(hits)
    return found


def scrub(tx: Transaction, secret: bytes, where: Places, pattern: re.Pattern[str]) -> int:
    """Rewrite the texts of these records in all versions, within a transaction; how many records were touched."""
    touched = 0
    for name, ids in where.items():
        of = kind(name)
        fields = free_texts(of)
        rows = tx.versions(of, "id", ids)
        rewrite(
            tx, secret, of, [{**row, **{each.name: _without(each, row, pattern) for each in fields}} for row in rows]
        )
        touched += len({row["id"] for row in rows})
    return touched


def _without(each: Field, row: Mapping[str, Any], pattern: re.Pattern[str]) -> Any:
    value = row[each.name]
    if value is None:
        return None
    if each.type.shape == "json" and (found := _json_without(value, pattern)) is not None:
        return found
    if each.many:
        return [pattern.sub(GONE, text)[: each.type.longest] for text in value]
    return pattern.sub(GONE, value)[: each.type.longest]


def _json_without(text: str, pattern: re.Pattern[str]) -> str | None:
    """The same structure with names taken out of its texts; a count that reads like somebody's key is no name."""
    try:
        read = json.loads(text)
    except ValueError:
        return None

    def walk(value: Any) -> Any:
        if isinstance(value, str):
            return pattern.sub(GONE, value)
        if isinstance(value, list):
            return [walk(each) for each in value]
        if isinstance(value, dict):
            return {pattern.sub(GONE, name): walk(each) for name, each in value.items()}
        return value

    clean = walk(read)
    return text if clean == read else json.dumps(clean)


def rewrite(tx: Transaction, secret: bytes, of: Kind, rows: Iterable[Mapping[str, Any]]) -> None:
    """Physically overwrite versions in place: only erasure and retention do."""
    every = list(rows)
    for ended in (False, True):
        some = [row for row in every if (row["ended"] is not None) == ended]
        if some:
            kept = {name: [row[name] for row in some] for name in ("version", "revision", "batch")}
            prepared = prepare_versions(secret, of, some)
            tx.rewrite(of, prepared.some(range(len(some)), **kept), ended=ended)
