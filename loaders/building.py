"""Records made one by one (rosters, contact exports) into a checked part of a batch."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Any

from graph_service.records.kind import Kind
from graph_service.records.validation import validate
from loaders.batch import Part, Reject
from loaders.checks import cross_checks


@dataclass
class Draft:
    """Records of one kind out of one file, as they are made.

    names: field to the file's own name of it, for what is told about rejected rows. must_be_known: records that
    the file only adds to, and that somebody else has to have loaded.
    """

    kind: Kind
    file: str
    names: Mapping[str, str] = field(default_factory=dict)
    must_be_known: bool = False
    sources: Mapping[str, str] = field(default_factory=dict)
    records: list[dict[str, Any]] = field(default_factory=list)
    rows: list[int] = field(default_factory=list)

    def add(self, row: int, **values: Any) -> None:
        """One record: `id` is its own key."""
        self.records.append(values)
        self.rows.append(row)

    def parts(self, silent: Collection[str] = ()) -> tuple[list[Part], list[Reject]]:
        """The good records, in a part for each set of fields that records speak about; and the rejects.

        Different records of one key are all rejected, equal ones are one. silent: fields that only count for
        records that are new.
        """
        wrong: dict[tuple[int, str], tuple[str, str]] = {}
        again = self._again(wrong)
        groups: dict[frozenset[str], list[int]] = {}
        for at, record in enumerate(self.records):
            if at not in again:
                groups.setdefault(frozenset(record), []).append(at)
        tables = [(names, places, self._table(names, places, wrong)) for names, places in groups.items()]
        bad = {row for row, _ in wrong}
        parts = [self._part(names - {"id", *silent}, places, table, bad) for names, places, table in tables]
        rejects = [Reject(self.rows[row], name, *told, self.file) for (row, name), told in sorted(wrong.items())]
        return parts, rejects

    def _table(self, names: frozenset[str], places: list[int], wrong: dict[tuple[int, str], tuple[str, str]]) -> Any:
        import pyarrow as pa

        def tell(row: int, name: str, found: str, expected: str) -> None:
            wrong.setdefault((places[row], self.names.get(name, name)), (found, expected))

        columns = {
            name: pa.array(
                [self.records[at][name] for at in places], pa.string() if name == "id" else self.kind[name].arrow
            )
            for name in sorted(names)
        }
        checked = validate(self.kind, pa.table(columns))
        for problem in checked.problems:
            tell(problem.row, problem.field, problem.found, problem.expected)
        cross_checks(self.kind, checked.table, tell)
        return checked.table

    def _part(self, given: frozenset[str], places: list[int], table: Any, bad: set[int]) -> Part:
        import pyarrow as pa

        keep = pa.array([at not in bad for at in places], pa.bool_())
        rows = pa.array([self.rows[at] for at in places], pa.int64())
        kept = table.filter(keep), rows.filter(keep)
        return Part(self.kind.name, *kept, given, self.sources, self.file, self.must_be_known)

    def _again(self, wrong: dict[tuple[int, str], tuple[str, str]]) -> set[int]:
        first: dict[str, int] = {}
        again: set[int] = set()
        for at, record in enumerate(self.records):
            before = first.setdefault(record["id"], at) if record["id"] else at
            if before == at:
                continue
            if self.records[before] == record:
                again.add(at)
                continue
            name = self.names.get("id", "id")
            told = f"different rows for the same record: rows {self.rows[before]}, {self.rows[at]}"
            wrong.setdefault((before, name), (told, "one row for a record"))
            wrong.setdefault((at, name), (told, "one row for a record"))
        return again
