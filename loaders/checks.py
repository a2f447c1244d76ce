"""What has to hold between the fields of one record."""

from collections.abc import Callable
from typing import Any

from graph_service.records.kind import Kind

Tell = Callable[[int, str, str, str], None]


def cross_checks(kind: Kind, table: Any, tell: Tell) -> None:
    """Tell each row whose fields contradict each other: (row, field, found, expected)."""
    import pyarrow.compute as pc

    def where(mask: Any) -> list[int]:
        rows: list[int] = pc.indices_nonzero(pc.fill_null(mask, False)).to_pylist()
        return rows

    fields = kind.by_name
    if "since" in fields and "until" in fields:
        for row in where(pc.less(table["until"], table["since"])):
            since, until = table["since"][row].as_py(), table["until"][row].as_py()
            tell(row, "until", str(until), f"a day no earlier than {since}")
    people = [each.name for each in fields.values() if each.type.target == "person" and not each.many]
    if len(people) == 2:
        for row in where(pc.equal(table[people[0]], table[people[1]])):
            tell(row, people[1], "the same person twice", "two different people")
    if "closeness" in fields and "scale" in fields:
        outside = pc.or_(pc.greater(table["closeness"], table["scale"]), pc.less(table["closeness"], 1))
        for row in where(pc.and_(pc.is_valid(table["scale"]), outside)):
            tell(row, "closeness", f"{table['closeness'][row].as_py():g}", f"1 to {table['scale'][row].as_py()}")
    if "low" in fields and "high" in fields:
        for row in where(pc.greater_equal(table["low"], table["high"])):
            tell(row, "high", f"{table['high'][row].as_py():g}", f"more than {table['low'][row].as_py():g}")
    if kind.name == "survey_item":
        unended = pc.or_(pc.is_null(table["low"]), pc.is_null(table["high"]))
        for row in where(pc.and_(pc.equal(table["sort"], "rating"), unended)):
            tell(row, "low", "nothing", "the lowest and the highest answer of a rating")
    if kind.name == "response":
        for row in where(pc.equal(pc.is_valid(table["value"]), pc.is_valid(table["missing"]))):
            tell(row, "value", "an answer and a reason, or neither", "an answer, or the reason why there is none")
