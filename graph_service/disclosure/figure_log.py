"""Reports and files of records in the release log: each judged with all that left before, and kept as it left."""

import hashlib
import json
import secrets
import uuid
from collections.abc import Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING, Any

from graph_service.disclosure.figures import Told, exposes
from graph_service.disclosure.microdata import HIDDEN, Protected
from graph_service.disclosure.release_log import TRIES, ReleaseLog
from graph_service.disclosure.suppression import Rule
from graph_service.errors import CapacityFull, Conflict
from graph_service.records.registry import kind
from graph_service.records.validation import validate_records
from graph_service.store.port import Guard

if TYPE_CHECKING:
    from graph_service.store.evidence import Evidence

#: What files of records are of.
RECORDS = "records"
#: What reports tell of: means, shares, curves, counts of a period.
MEANS = "means"


class WouldTell(Conflict):
    """Figures about nearly the same people, subtracted, are a figure about few."""

    code, title = "would_tell", "Beside what left before, this would tell of few learners"
    hint = (
        "Use the report that left before (`graph-service release list`, `release show ID`): so few learners came, "
        "left or were erased since that they would show."
    )


class FigureLog:
    """The reports and files of records that left one store."""

    def __init__(self, evidence: "Evidence") -> None:
        self.log, self.store = ReleaseLog(evidence), evidence.store

    def publish(
        self, name: str, as_of: date, told: Sequence[Told], result: str, *, rule: Rule, by: str, today: date
    ) -> str:
        """Log a report before it leaves, and keep it as it leaves. Returns the release's id.

        told: its figures, with the internal ids of the people whom each is about. result: the report (JSON).
        The same report about the same people is one release. Raises WouldTell.
        """
        sets = _sets(told)
        hashed = json.dumps([name, str(as_of), rule.k, result, [[facts, sorted(ids)] for ids, facts in sets.items()]])
        digest = hashlib.blake2b(hashed.encode(), digest_size=16).hexdigest()
        id = self.store.internal_id("release", MEANS, digest)
        people = sorted(set().union(*sets)) if sets else []
        record = {
            "id": id, "kind": MEANS, "name": name, "subject": MEANS, "as_of": as_of, "date": today, "k": rule.k,
            "people": len(people) or None, "by": by, "layout": json.dumps(list(sets.values())), "result": result,
        }  # fmt: skip
        for _ in range(TRIES):
            if self.store.get("release", id) is not None:
                return id
            earlier, count = self._earlier(MEANS)
            tokens = self.log.tokens(MEANS)
            own = {one: tokens.get(one) or secrets.token_hex(8) for one in people}
            if exposes(earlier, [_by_tokens(each, own) for each in told], rule.k):
                raise WouldTell()
            inside = {one: [at for at, ids in enumerate(sets) if one in ids] for one in people}
            rows = [_member(id, one, own[one], "figures", inside[one]) for one in people]
            if self._write(record, rows, count):
                return id
        raise CapacityFull("Others release reports all the time. Try again in a moment.")

    def records(
        self,
        agreement: Mapping[str, Any],
        as_of: date,
        made: Protected,
        ids: Sequence[str],
        *,
        rule: Rule,
        by: str,
        today: date,
    ) -> tuple[str, Protected]:
        """Log a file of records before it leaves. ids: the internal id of each row. Returns release and file.

        In a class of rows whose members another file told of, a column is told only where neither the rows that came
        or went nor what both files say can be told apart.
        """
        for _ in range(TRIES):
            earlier, count = self._earlier(RECORDS)
            could = self._could(as_of)
            tokens = self.log.tokens(RECORDS)
            own = {one: tokens.get(one) or secrets.token_hex(8) for one in ids}
            file, told, values = self._settled(made, [own[one] for one in ids], earlier, could, as_of, rule.k)
            id = uuid.uuid4().hex
            layout = [[[each.fact, [str(as_of)], could]] for each, could in zip(told, values, strict=True)]
            record = {
                "id": id, "kind": RECORDS, "name": agreement["key"], "subject": RECORDS, "as_of": as_of, "date": today,
                "k": rule.k, "people": len(ids) or None, "by": by, "recipient": agreement["recipient"],
                "agreement": agreement["id"], "columns": [*made.known, *made.learned], "layout": json.dumps(layout),
            }  # fmt: skip
            members = [
                _member(id, one, own[one], row["id"], [at for at, of in enumerate(told) if own[one] in of.people])
                for one, row in zip(ids, file.rows, strict=True)
            ]
            if self._write(record, members, count):
                return id, file
        raise CapacityFull("Others release files all the time. Try again in a moment.")

    def _settled(
        self,
        made: Protected,
        tokens: Sequence[str],
        earlier: Sequence[Told],
        could: Mapping[tuple[str, str], set[str]],
        as_of: date,
        k: int,
    ) -> tuple[Protected, list[Told], list[list[str]]]:
        """The file with further columns of classes hidden, until nothing in it tells more beside the earlier ones."""
        file, again = made, True
        while again:
            again, told, values = False, list[Told](), list[list[str]]()
            rows = [dict(row) for row in file.rows]
            for column in file.learned:
                for places in file.classes():
                    found = {rows[at][column] for at in places}
                    if found == {HIDDEN}:
                        continue
                    new = Told(column, (as_of,), frozenset(tokens[at] for at in places))
                    alike = any(len(found & could.get((column, token), found)) < 2 for token in new.people)
                    if alike or exposes([*earlier, *told], [new], k):
                        again = True
                        for at in places:
                            rows[at][column] = HIDDEN
                    else:
                        told.append(new)
                        values.append(sorted(found))
            if again:
                file = file.with_rows(rows, k)
        return file, told, values

    def _earlier(self, subject: str) -> tuple[list[Told], int]:
        """What left before on a subject, figure by figure; and how many releases those are."""
        self.log.evidence.refresh()
        rows = [row for row in self.log.live("release") if row["subject"] == subject]
        people = self._people({row["id"] for row in rows})
        found = [
            Told(fact, _days(days), frozenset(people.get((row["id"], at), ())))
            for row in rows
            for at, facts in enumerate(json.loads(row["layout"] or "[]"))
            for fact, days, *_ in facts
        ]
        return found, len(rows)

    def _people(self, releases: set[str]) -> dict[tuple[str, int], list[str]]:
        found: dict[tuple[str, int], list[str]] = {}
        for row in self.log.live("release_member"):
            if row["release"] in releases:
                for at in row["sets"] or ():
                    found.setdefault((row["release"], at), []).append(row["token"])
        return found

    def _could(self, as_of: date) -> dict[tuple[str, str], set[str]]:
        """By column and token: what earlier files of about this day leave open of that learner."""
        rows = {row["id"]: row for row in self.log.live("release") if row["subject"] == RECORDS}
        found: dict[tuple[str, str], set[str]] = {}
        for (release, at), tokens in self._people(set(rows)).items():
            for fact, days, values in json.loads(rows[release]["layout"])[at]:
                if Told(fact, (as_of,), frozenset()).beside(Told(fact, _days(days), frozenset())):
                    for token in tokens:
                        found[fact, token] = found.get((fact, token), set(values)) & set(values)
        return found

    def _write(self, record: Mapping[str, Any], rows: Sequence[Mapping[str, Any]], before: int) -> bool:
        tables = [("release", validate_records(kind("release"), [record]))]
        if rows:
            tables.append(("release_member", validate_records(kind("release_member"), rows)))
        # Nobody may have released anything on the subject since the log was read.
        guard = Guard(kind("release"), {"subject": record["subject"]}, before + 1)
        try:
            self.store.append_all(tables, actor=record["by"], action="release", guards=[guard])
        except CapacityFull:
            return False
        return True


def _days(days: Sequence[str]) -> tuple[date, ...]:
    return tuple(date.fromisoformat(day) for day in days)


def _sets(told: Sequence[Told]) -> dict[frozenset[str], list[list[Any]]]:
    """The facts of each set of people: many figures are about the same ones."""
    found: dict[frozenset[str], list[list[Any]]] = {}
    for each in told:
        fact = [each.fact, [str(day) for day in each.days]]
        if each.people and fact not in found.setdefault(each.people, []):
            found[each.people].append(fact)
    return found


def _by_tokens(each: Told, tokens: Mapping[str, str]) -> Told:
    return Told(each.fact, each.days, frozenset(tokens[one] for one in each.people))


def _member(release: str, person: str, token: str, cell: str, sets: Sequence[int]) -> dict[str, Any]:
    return {
        "id": uuid.uuid4().hex, "release": release, "person": person, "token": token, "cell": cell, "sets": list(sets),
    }  # fmt: skip
