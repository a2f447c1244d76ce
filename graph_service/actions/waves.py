"""Take a wave, release it, drop it, compute it again.

A wave is a dated look at the programme. What it rests on is stored with it (day, revision of knowledge, parameters,
model, roster, versions), so that it can be computed again; what came of it is stored as well, and frozen when the
wave is released. After an erasure a wave says how many people are gone instead of claiming to be the same.
"""

import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Self

import numpy as np

from graph_service.disclosure.scope import Actor
from graph_service.errors import Conflict, InvalidRecord, NotFound, NotYours
from graph_service.measures import catalogue
from graph_service.measures.catalogue import Column, Model
from graph_service.records.registry import kind
from graph_service.records.validation import validate_records
from graph_service.store.store import Receipt, Store

#: The snapshot of a day, as it was known at a revision, with parameters as they were stored.
Look = Callable[[date, int, Mapping[str, Any]], Any]

#: Who takes and releases waves of a programme.
MAY = ("coordinator", "evaluator", "director", "lead", "admin")


class WaveReleased(Conflict):
    """Results that were released stay as they are."""

    code, title = "wave_released", "The wave is released: its results are frozen"
    hint = "Take another wave under another name."


@dataclass(frozen=True)
class Wave:
    """A stored wave.

    known_revision: records count up to this revision. parameters: of the snapshot. learners: on the roster when it
    was taken. aggregates: per measure n, null, mean, sd. erased: people erased before it was taken.
    catalogue, code: versions that it was computed with. released_on: None while it may still be taken again.
    """

    id: str
    version: int
    key: str
    as_of: date
    known_revision: int
    parameters: Mapping[str, Any]
    model: Model
    measures: tuple[str, ...]
    learners: int
    roster_hash: str
    results_hash: str
    aggregates: Mapping[str, Mapping[str, Any]]
    catalogue: str
    code: str
    taken: date
    released_on: date | None
    erased: int

    @classmethod
    def of(cls, record: Mapping[str, Any]) -> Self:
        """A wave from its record."""
        same = ("id", "version", "key", "as_of", "known_revision", "model", "learners", "roster_hash", "results_hash")
        return cls(
            **{name: record[name] for name in (*same, "taken", "released_on", "erased")},
            parameters=json.loads(record["parameters"]),
            measures=tuple(record["measures"]),
            aggregates=json.loads(record["aggregates"]),
            **json.loads(record["versions"]),
        )


@dataclass(frozen=True)
class Recomputed:
    """A wave computed again from what is known today of that day.

    same: every stored value came out again, bit for bit, and nobody is missing. erased: people erased since the wave
    was taken, whose values are gone and who are missing among the contacts of others; with any of them the wave is
    not called the same. differing: of each measure, for how many learners of the stored table the value is another
    one. missing, added: learners who are only in the stored table, or only in the new one. versions: what was another
    version then.
    """

    wave: Wave
    same: bool
    compared: int
    erased: int
    differing: Mapping[str, int]
    missing: int
    added: int
    versions: Mapping[str, tuple[str, str]]

    def sentence(self) -> str:
        """What came of it, in words."""
        if self.same:
            return f"The wave {self.wave.key} comes out the same, bit for bit, for {self.compared} learners."
        parts = []
        if self.erased:
            who = "1 person has" if self.erased == 1 else f"{self.erased} people have"
            parts.append(f"{who} been erased since it was taken")
        if self.differing:
            told = ", ".join(f"{id} of {count}" for id, count in self.differing.items())
            parts.append(f"values differ ({told})")
        if self.missing or self.added:
            parts.append(f"{self.missing} learners are missing and {self.added} are new")
        for name, (then, now) in self.versions.items():
            parts.append(f"the {name} was {then} then and is {now} now")
        return f"The wave {self.wave.key} does not come out the same: {'; '.join(parts)}."


def take(
    store: Store,
    actor: Actor,
    key: str,
    snapshot: Any,
    measures: Sequence[str],
    model: Model,
    *,
    today: date,
    code: str,
) -> Wave:
    """Store a look at the programme under a name; one that is not released yet is taken anew.

    Raises WaveReleased, InvalidRecord, UnknownMeasure, NotYours.
    """
    authorise(actor)
    if not key.strip() or snapshot.people is None:
        raise InvalidRecord(problems=[{"field": "key", "found": "nothing", "expected": "a name for the wave"}])
    id = store.internal_id("wave", "local", key)
    before = store.get("wave", id)
    if before is not None and before["released"]:
        raise WaveReleased()
    ids, keys, values = results(snapshot, measures, model)
    columns = catalogue.compute(snapshot, measures, model)
    record = {
        "id": id,
        "key": key,
        "as_of": snapshot.as_of,
        "known_revision": snapshot.revision,
        "parameters": snapshot.parameters.text(),
        "model": model,
        "measures": list(columns),
        "learners": len(ids),
        "roster_hash": _hash(keys),
        "results_hash": _hash(f"{key}\t{value}" for key, value in zip(keys, values, strict=True)),
        "aggregates": json.dumps({id: _aggregate(column.take(snapshot.roster_rows)) for id, column in columns.items()}),
        "versions": json.dumps({"catalogue": catalogue.VERSION, "code": code}),
        "taken": today,
        "erased": _erasures(store),
    }
    rows = {
        "id": store.internal_ids("wave_result", "wave", [f"{id}|{person}" for person in ids]),
        "wave": [id] * len(ids),
        "person": ids,
        "key": keys,
        "values": values,
    }
    _drop_others(store, actor, id, set(rows["id"]))
    _append(store, actor, "wave:take", record, before["version"] if before else 0, rows)
    return get(store, key)


def release(store: Store, actor: Actor, key: str, *, today: date) -> Wave:
    """Freeze a wave's results: they are never taken again under this name. Releasing twice changes nothing."""
    authorise(actor)
    record = _record(store, key)
    if not record["released"]:
        changed = {name: record[name] for name in ["id", *kind("wave").by_name]}
        changed |= {"released": True, "released_on": today}
        _append(store, actor, "wave:release", changed, record["version"], None)
    return get(store, key)


def drop(store: Store, actor: Actor, key: str) -> Receipt:
    """Take back a wave that was not released. Raises WaveReleased, NotFound."""
    authorise(actor)
    record = _record(store, key)
    if record["released"]:
        raise WaveReleased()
    _drop_others(store, actor, record["id"], set())
    return store.retract("wave", [record["id"]], actor=actor.name, action="wave:drop")


def listed(store: Store) -> list[Wave]:
    """Every wave, by its day and name."""
    waves = [Wave.of(record) for record in store.find("wave")]
    return sorted(waves, key=lambda wave: (wave.as_of, wave.key))


def get(store: Store, key: str) -> Wave:
    """The wave of that name. Raises NotFound."""
    return Wave.of(_record(store, key))


def frozen(store: Store, wave: Wave) -> dict[str, tuple[str, str]]:
    """The stored results: internal id to (own key, values as they were written)."""
    rows = store.find("wave_result", wave=wave.id)
    return {row["person"]: (row["key"], row["values"]) for row in rows}


def table(store: Store, wave: Wave, *, reasons: bool = False) -> Any:
    """The stored results as an Arrow table: what was seen when the wave was taken, without the erased."""
    import pyarrow as pa

    rows = sorted(frozen(store, wave).values(), key=lambda row: row[0].encode())
    values = [json.loads(text) for _, text in rows]
    columns: dict[str, Any] = {"person_id": pa.array([key for key, _ in rows], pa.string())}
    known = catalogue.of_level("learner")
    for id in wave.measures:
        whole = id in known and known[id].whole_number
        column = [None if isinstance(row[id], str) else row[id] for row in values]
        columns[id] = pa.array(column, pa.int64() if whole else pa.float64())
        if reasons:
            why = [row[id] if isinstance(row[id], str) else None for row in values]
            columns[f"{id}_reason"] = pa.array(why, pa.string())
    return pa.table(columns)


def recompute(store: Store, wave: Wave, look: Look, *, code: str) -> Recomputed:
    """Compute a wave again from the records that were known then, and hold it against what was stored."""
    snapshot = look(wave.as_of, wave.known_revision, wave.parameters)
    then = {"catalogue": wave.catalogue, "code": wave.code}
    now = {"catalogue": catalogue.VERSION, "code": code}
    known = catalogue.of_level("learner")
    gone = [id for id in wave.measures if id not in known]
    ids, keys, values = results(snapshot, [id for id in wave.measures if id in known], wave.model)
    fresh = dict(zip(ids, values, strict=True))
    stored = {person: text for person, (_, text) in frozen(store, wave).items()}
    both = sorted(fresh.keys() & stored.keys())
    differing = dict.fromkeys(gone, len(stored))
    for person in both:
        if fresh[person] != stored[person]:
            old, new = json.loads(stored[person]), json.loads(fresh[person])
            for id in wave.measures:
                if id in known and old[id] != new[id]:
                    differing[id] = differing.get(id, 0) + 1
    erased = _erasures(store) - wave.erased
    missing, added = len(stored.keys() - fresh.keys()), len(fresh.keys() - stored.keys())
    again = _hash(f"{key}\t{value}" for key, value in zip(keys, values, strict=True))
    same = not (erased or differing or missing or added) and again == wave.results_hash
    versions = {name: (then[name], now[name]) for name in then if then[name] != now[name]}
    return Recomputed(wave, same, len(both), erased, differing, missing, added, versions)


def results(snapshot: Any, measures: Sequence[str], model: Model) -> tuple[list[str], list[str], list[str]]:
    """Internal ids, own keys and written values of everybody on the roster, in the order of printed tables.

    A value is written in its shortest exact form; where there is none, its reason stands instead.
    """
    rows = snapshot.roster_rows
    people = snapshot.people.ids
    columns = []
    for id, column in catalogue.compute(snapshot, measures, model).items():
        chosen = column.take(rows)
        plain = chosen.values.astype(np.int64 if catalogue.get(id).whole_number else np.float64).tolist()
        told = [value if why == "" else why for value, why in zip(plain, chosen.reasons(), strict=True)]
        columns.append((id, told))
    values = [json.dumps({id: told[at] for id, told in columns}, allow_nan=False) for at in range(len(rows))]
    return [people[at] for at in rows], [str(snapshot.keys[at]) for at in rows], values


def _aggregate(column: Column) -> dict[str, Any]:
    values = column.values[~column.null].astype(np.float64)
    spread = float(values.std(ddof=1)) if len(values) > 1 else None
    mean = float(values.mean()) if len(values) else None
    return {"n": len(values), "null": int(column.null.sum()), "mean": mean, "sd": spread}


def _append(
    store: Store,
    actor: Actor,
    action: str,
    record: Mapping[str, Any],
    version: int,
    rows: Mapping[str, Sequence[Any]] | None,
) -> None:
    import pyarrow as pa

    tables = [("wave", validate_records(kind("wave"), [record]))]
    if rows is not None and rows["id"]:
        tables.append(("wave_result", pa.table({name: pa.array(column, pa.string()) for name, column in rows.items()})))
    store.append_all(tables, actor=actor.name, action=action, expect={("wave", str(record["id"])): version})


def _drop_others(store: Store, actor: Actor, wave: str, keep: set[str]) -> None:
    """End results of learners who are not on the roster when a wave is taken again."""
    others = sorted({row["id"] for row in store.find("wave_result", wave=wave)} - keep)
    if others:
        store.retract("wave_result", others, actor=actor.name, action="wave:take")


def authorise(actor: Actor) -> None:
    if actor.role not in MAY or not actor.writes or actor.sites is not None:
        raise NotYours("Waves are of the whole programme: this needs somebody who may write in all of it.")


def _record(store: Store, key: str) -> dict[str, Any]:
    record = store.get("wave", store.internal_id("wave", "local", key))
    if record is None:
        raise NotFound("There is no wave of that name. `graph-service waves list` names them.")
    return record


def _erasures(store: Store) -> int:
    return sum(name == "person" for name, _ in store.erasures())


def _hash(lines: Any) -> str:
    total = hashlib.sha256()
    for line in lines:
        total.update(line.encode() + b"\n")
    return total.hexdigest()
