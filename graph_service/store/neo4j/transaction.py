"""One write to Neo4j: the Meta node first, which orders all writers; then everything else."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from graph_service import clock
from graph_service.errors import Conflict
from graph_service.records.kind import Field, Kind
from graph_service.store.neo4j import layout
from graph_service.store.neo4j.statements import cypher
from graph_service.store.port import Columns, Live, Meta, Revision, Step

Run = Callable[[str, Mapping[str, Any]], list[dict[str, Any]]]


class Neo4jTransaction:
    """See `port.Transaction`. Rows come as columns of plain values."""

    def __init__(self, run: Run, now: int) -> None:
        self._execute = run
        self.abandoned = False
        [row] = self._run("take_revision", {"now": now})
        self.revision, self.recorded_at = int(row["revision"]), int(row["recorded_at"])

    def _run(self, name: str, parameters: Mapping[str, Any], **parts: str) -> list[dict[str, Any]]:
        return self._execute(cypher(name, **parts), parameters)

    def abandon(self) -> None:
        self.abandoned = True

    # --- looking, after the lock ---------------------------------------------------------------------------
    def live(self, kind: Kind, ids: Sequence[str]) -> dict[str, Live]:
        found: dict[str, Live] = {}
        name = "live" if self._there_are(f"{kind.label}History") else "live_now"
        for row in self._run(name, {"ids": list(ids)}, label=kind.label):
            if row["id"] not in found or row["digest"] is not None:
                found[row["id"]] = Live(row["version"], row["digest"])
        return found

    def known(self, kind: Kind, ids: Sequence[str]) -> set[str]:
        return {row["id"] for row in self._run("known", {"ids": list(ids)}, label=kind.label)}

    def _there_are(self, label: str) -> bool:
        # Asked first, because a look for each of ten thousand ids takes as long as writing some of them.
        return bool(self._run("there_are", {}, label=label)[0]["n"])

    def erased(self, ids: Sequence[str]) -> set[str]:
        if not self._there_are("Erasure"):
            return set()
        return {row["id"] for row in self._run("erased", {"ids": list(ids)})}

    def count(self, kind: Kind, equals: Mapping[str, Any]) -> int:
        matches, conditions, values = layout.conditions(kind, equals)
        [row] = self._run("count", values, label=kind.label, matches=matches, conditions=conditions)
        return int(row["n"])

    def trail(self, kind: Kind, batch: str, limit: int) -> list[Step]:
        found = self._run("trail", {"batch": batch, "limit": limit}, label=kind.label)
        return [Step(row["id"], row["version"], row["revision"], row["ended"]) for row in found]

    def versions(self, kind: Kind, field: str, values: Sequence[str]) -> list[dict[str, Any]]:
        refers = field != "id"
        parts = layout.path(kind, kind[field]) if refers else {"field": "id", "label": kind.label}
        fields, ended_fields = layout.projection(kind), layout.projection(kind, ended=True)
        among = "_with" if refers and kind[field].roles else ""
        wanted = {"values": list(values)}
        ended = self._run(f"versions_ended{among}", wanted, fields=ended_fields, **parts)
        current = self._run("versions_with" if refers else "versions", wanted, fields=fields, **parts)
        return [layout.record(kind, row) for row in [*ended, *current]]

    # --- writing ----------------------------------------------------------------------------------------
    def insert(self, kind: Kind, rows: Columns) -> None:
        [taken] = self._run("next_seq", {"count": len(rows["id"])}, kind=kind.name)
        seqs = range(taken["seq"] + 1, taken["seq"] + 1 + len(rows["id"]))
        for labels, values in layout.by_labels(layout.node_rows(kind, rows, seqs)).items():
            # Labels in the statement's text are set much faster than labels out of a row.
            self._run("insert", {"rows": values}, label=kind.label, labels=labels)
        self._refer(kind, rows)

    def replace(self, kind: Kind, rows: Columns) -> None:
        self._keep_history(kind, rows["id"])
        self._update(kind, rows)

    def _update(self, kind: Kind, rows: Columns) -> None:
        labels = "".join(f":{label}" for label in layout.extra_labels(kind))
        unlabel = cypher("unlabel", labels=labels) if labels else ""
        self._run("update", {"rows": layout.node_rows(kind, rows, None)}, label=kind.label, unlabel=unlabel)
        self._clear(kind, rows["id"])
        self._refer(kind, rows)

    def _refer(self, kind: Kind, rows: Columns) -> None:
        """Make the relationships of new nodes."""
        for each in kind.references:
            links = [*_links(each, rows["id"], rows[each.name])]
            if links:
                name = "insert_participants" if each.roles else "insert_references"
                self._expect(len(links), self._run(name, {"rows": links}, **layout.path(kind, each)))
        if kind.direct is not None:
            direct = layout.direct_rows(kind, rows)
            self._expect(len(direct), self._run("insert_direct", {"rows": direct}, **layout.direct_parts(kind)))

    def _expect(self, wanted: int, made: list[dict[str, Any]]) -> None:
        # A path to nothing is no error in Cypher; it only makes fewer relationships.
        if made[0]["n"] != wanted:
            raise Conflict("What a record refers to is not there any more.")

    def _clear(self, kind: Kind, ids: Sequence[str]) -> None:
        """Take the relationships of nodes away."""
        if kind.direct is not None:
            self._run("clear_direct", {"ids": list(ids)}, **layout.direct_parts(kind))
        for each in kind.references:
            self._run("clear_references", {"ids": list(ids)}, **layout.path(kind, each))

    def end(self, kind: Kind, ids: Sequence[str]) -> None:
        self._keep_history(kind, ids)
        self._clear(kind, ids)
        out, into = layout.referring(kind)
        [row] = self._execute(cypher("referred", **{"label": kind.label, "out": out, "in": into}), {"ids": list(ids)})
        if row["n"]:
            raise Conflict("Other records still refer to what would be removed.")
        self._run("end", {"ids": list(ids)}, label=kind.label)

    def _keep_history(self, kind: Kind, ids: Sequence[str]) -> None:
        references = ""
        for each in kind.references:
            parts = layout.path(kind, each)
            if each.roles:
                references += f", h.{each.name} = {cypher('participant_ids', **parts)}"
                references += f", h.{each.name}_roles = {cypher('participant_roles', **parts)}"
            else:
                references += f", h.{each.name} = {cypher('reference_id', **parts)}"
        parameters = {"ids": list(ids), "ended": self.revision}
        self._run("keep_history", parameters, label=kind.label, references=references)

    # --- putting a backup back -----------------------------------------------------------------------------
    def insert_ended(self, kind: Kind, rows: Columns) -> None:
        values = layout.history_rows(kind, rows)
        for row, ended in zip(values, rows["ended"], strict=True):
            row["values"]["ended"] = ended
        self._run("insert_ended", {"rows": values}, label=kind.label)

    def put_back_lines(self, lines: Sequence[Revision]) -> None:
        rows = [[each.revision, clock.micros(each.recorded_at), each.actor, each.action, each.batch] for each in lines]
        self._run("put_back_line", {"rows": rows})

    def settle(self, meta: Meta) -> None:
        recorded = None if meta.recorded_at is None else clock.micros(meta.recorded_at)
        values = {"epoch": meta.epoch, "revision": meta.revision, "recorded_at": recorded, "layout": meta.layout}
        self._run("settle_meta", values)

    # --- the one physical delete ---------------------------------------------------------------------------
    def rewrite(self, kind: Kind, rows: Columns, *, ended: bool) -> None:
        if ended:
            self._run("rewrite_ended", {"rows": layout.history_rows(kind, rows)}, label=kind.label)
        else:
            self._update(kind, rows)

    def delete(self, kind: Kind, ids: Sequence[str]) -> None:
        self._run("erase_history", {"ids": list(ids)}, label=kind.label)
        if kind.name == "person":
            self._run("unpublish_people", {"ids": list(ids)})
        self._run("end", {"ids": list(ids)}, label=kind.label)

    def record_erasures(self, kind: Kind, ids: Sequence[str]) -> None:
        self._run("record_erasure", {"rows": [[kind.name, id, self.revision] for id in ids]})
        self.raise_epoch()

    def raise_epoch(self, least: int = 0) -> None:
        self._run("raise_epoch", {"least": least})


def _links(each: Field, ids: Sequence[str], values: Sequence[Any]) -> list[list[Any]]:
    """Rows of `insert_participants` or `insert_references`."""
    if each.roles:
        return [
            [id, place, member, role]
            for id, members in zip(ids, values, strict=True)
            for place, (member, role) in enumerate(members)
        ]
    return [[id, value] for id, value in zip(ids, values, strict=True) if value is not None]
