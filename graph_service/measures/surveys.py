"""What surveys measure: scales of instruments that are data, and opportunities that came through somebody.

Items, ends, cut points and versions are records. A scale declares which measure it feeds; a score is the mean of the
answered items, each brought to 0..1 and turned where it is reversed, of the person's latest wave.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np

from graph_service.measures.catalogue import Column, measure
from graph_service.records.vocabulary import vocabulary
from graph_service.snapshot.rows import index_in
from graph_service.snapshot.snapshot import Snapshot
from graph_service.snapshot.stated import item_keys

SCALES = vocabulary("survey_measures")


@dataclass(frozen=True, eq=False)
class Answers:
    """Answers known on a day, a row each, with what their item is.

    person: position; value: NaN where there is none; unit: 0..1, reversed items turned, NaN outside the item's ends or
    where the item has none. sort, scale, instrument, edition, wave, item: texts. day: days since 1970.
    """

    person: np.ndarray
    value: np.ndarray
    unit: np.ndarray
    day: np.ndarray
    sort: np.ndarray
    scale: np.ndarray
    instrument: np.ndarray
    edition: np.ndarray
    wave: np.ndarray
    item: np.ndarray

    def __len__(self) -> int:
        return len(self.person)

    def of(self, rows: np.ndarray) -> "Answers":
        return Answers(*(getattr(self, name)[rows] for name in self.__dataclass_fields__))


def answers(snapshot: Snapshot) -> Answers:
    """The answers of a snapshot, read once."""

    def run() -> Answers:
        import pyarrow as pa
        import pyarrow.compute as pc

        if snapshot.records is None or snapshot.locate is None:
            return _nothing()
        table = snapshot.records("response")
        table = table.filter(pc.less_equal(table["date"], pa.scalar(snapshot.as_of, pa.date32())))
        items = snapshot.records("survey_item")
        if not table.num_rows:
            return _nothing()
        place = index_in(item_keys(table), item_keys(items))
        value = _numbers(table["value"])
        low, high = (np.append(_numbers(items[name]), np.nan)[place] for name in ("low", "high"))
        turned = np.append(np.asarray(items["reverse"].to_pylist(), bool), False)[place]
        with np.errstate(invalid="ignore", divide="ignore"):
            unit = (value - low) / (high - low)
            unit[~((unit >= 0) & (unit <= 1))] = np.nan
        texts = {name: np.array([*items[name].to_pylist(), None], object)[place] for name in ("sort", "scale")}
        named = {
            name: np.asarray(table[name].to_pylist(), object) for name in ("instrument", "edition", "wave", "item")
        }
        day = np.asarray(table["date"].cast(pa.int32()).to_numpy(), np.int64)
        unit = np.where(turned, 1.0 - unit, unit)
        found = Answers(snapshot.locate(table["person"]), value, unit, day, texts["sort"], texts["scale"], **named)
        # No order of a database shows: rows stand by person, instrument, edition, wave, item.
        order = np.array(
            sorted(
                np.flatnonzero(found.person >= 0).tolist(),
                key=lambda at: (found.person[at], *(named[name][at] for name in named)),
            ),
            np.int64,
        )
        return found.of(order)

    found: Answers = snapshot.memo("answers", run)
    return found


def _nothing() -> Answers:
    numbers, texts = np.zeros(0), np.zeros(0, object)
    return Answers(np.zeros(0, np.int64), numbers, numbers, np.zeros(0, np.int64), *[texts] * 6)


def _numbers(column: Any) -> np.ndarray:
    import pyarrow.compute as pc

    return np.asarray(pc.fill_null(column, np.nan).to_numpy(), np.float64)


def scales(snapshot: Snapshot) -> list[dict[str, Any]]:
    """The declared scales that were known, by instrument, edition, code."""

    def run() -> list[dict[str, Any]]:
        rows = [] if snapshot.records is None else snapshot.records("survey_scale").to_pylist()
        return sorted(rows, key=lambda row: (row["instrument"], row["edition"], row["scale"]))

    found: list[dict[str, Any]] = snapshot.memo("scales", run)
    return found


def items_of(snapshot: Snapshot, scale: dict[str, Any]) -> list[str]:
    """Codes of the items of a scale."""
    if snapshot.records is None:
        return []
    rows = snapshot.records("survey_item").select(["instrument", "edition", "scale", "item"]).to_pylist()
    same = ("instrument", "edition", "scale")
    return sorted(row["item"] for row in rows if all(row[name] == scale[name] for name in same))


def latest(found: Answers) -> Answers:
    """Of each person only the latest wave: the one with the latest day, by name where two end on one day."""
    if not len(found):
        return found
    last: dict[tuple[int, str], int] = {}
    for who, wave, day in zip(found.person.tolist(), found.wave.tolist(), found.day.tolist(), strict=True):
        last[who, wave] = max(last.get((who, wave), day), day)
    newest: dict[int, tuple[int, str]] = {}
    for (who, wave), day in last.items():
        newest[who] = max(newest.get(who, (day, wave)), (day, wave))
    keep = [newest[who][1] == wave for who, wave in zip(found.person.tolist(), found.wave.tolist(), strict=True)]
    return found.of(np.flatnonzero(keep))


def scored(snapshot: Snapshot, code: str) -> Column:
    """The score of the scales that feed a measure, per person."""
    n, said = len(snapshot), answers(snapshot)
    fed = [scale for scale in scales(snapshot) if scale["measure"] == code]
    total, count, needed = np.zeros(n), np.zeros(n, np.int64), np.zeros(n)
    asked = np.zeros(n, bool)
    rows = np.zeros(len(said), bool)
    for scale in fed:
        rows |= (
            (said.scale == scale["scale"])
            & (said.instrument == scale["instrument"])
            & (said.edition == scale["edition"])
        )
    mine = latest(said.of(np.flatnonzero(rows)))
    for scale in fed:
        of = mine.of(
            np.flatnonzero(
                (mine.scale == scale["scale"])
                & (mine.instrument == scale["instrument"])
                & (mine.edition == scale["edition"])
            )
        )
        there = ~np.isnan(of.unit)
        total += np.bincount(of.person[there], weights=of.unit[there], minlength=n)
        count += np.bincount(of.person[there], minlength=n)
        here = np.bincount(of.person, minlength=n) > 0
        asked |= here
        needed[here] += scale["least"] * len(items_of(snapshot, scale))
    enough = asked & (count > 0) & (count >= needed)
    why = np.where(asked, "too_few_answers", "not_asked").astype(object)
    return Column(np.where(enough, total / np.maximum(count, 1), 0.0), ~enough, why, count)


def _declare(code: str) -> None:
    label = SCALES.label(code)

    def score(snapshot: Snapshot) -> Column:
        return scored(snapshot, code)

    score.__doc__ = f"{label}: score of the survey scales that a programme declares for it, of the latest wave."
    measure(
        f"survey_scale_{code}",
        code=code.upper(),
        name=label.lower(),
        dimension="mobilise",
        formula=r"\frac{1}{|A_i|} \sum_{k \in A_i} (x_{ik} - l_k)/(h_k - l_k), \text{ turned where reversed}",
        unit="share of the scale",
        range="0..1",
        better="more",
        undefined=("not_asked", "too_few_answers"),
        source="the instrument's authors; items, ends and cut points are imported data",
        inputs=("responses",),
    )(score)


for _code in SCALES.codes:
    _declare(_code)


@measure(
    "referral_yield",
    code="M6",
    dimension="mobilise",
    formula=r"\text{obtained through a named person} / \text{obtained}",
    unit="share",
    range="0..1",
    better="more",
    undefined=("not_asked", "no_events", "no_known_value"),
    source="Granovetter 1974; interviews, offers and placements as the survey counts them",
    inputs=("responses",),
)
def referral_yield(snapshot: Snapshot) -> Column:
    """Share of the interviews, offers and placements of the latest wave that came through somebody named."""
    n = len(snapshot)
    said = answers(snapshot)
    mine = latest(said.of(np.flatnonzero(np.isin(said.sort.astype(str), ("obtained", "obtained_through")))))
    known = ~np.isnan(mine.value)
    sums, seen = [], []
    for sort in ("obtained", "obtained_through"):
        rows = known & (mine.sort == sort)
        sums.append(np.bincount(mine.person[rows], weights=mine.value[rows], minlength=n))
        seen.append(np.bincount(mine.person[rows], minlength=n) > 0)
    asked = np.bincount(mine.person, minlength=n) > 0
    whole, part = sums
    # More through somebody than in all is no answer to both questions.
    usable = seen[0] & seen[1] & (part <= whole) & (part >= 0)
    why = np.where(~asked, "not_asked", np.where(usable, "no_events", "no_known_value")).astype(object)
    return Column(part / np.maximum(whole, 1e-300), ~(usable & (whole > 0)), why, whole.astype(np.int64))
