"""What people say of whom they know: the `stated` layer, never mixed silently with the logged one."""

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

import numpy as np

from graph_service.records.identity import SEPARATOR
from graph_service.snapshot.rows import known
from graph_service.snapshot.strength import STRONG, WEAK

if TYPE_CHECKING:
    from graph_service.snapshot.people import Resolver
    from graph_service.store.evidence import Evidence


@dataclass(frozen=True, eq=False)
class StatedTies:
    """Each person's statements of that person's latest wave.

    ego, alter: positions; closeness: 0..1, NaN where it was not asked; state: weak or strong; day: when.
    asked: people who answered at all by the day.
    """

    ego: np.ndarray
    alter: np.ndarray
    closeness: np.ndarray
    state: np.ndarray
    day: np.ndarray
    asked: np.ndarray


def read_stated(
    evidence: "Evidence", as_of: date, revision: int, resolve: "Resolver", close: float, people: int
) -> StatedTies:
    """The statements known at a revision and said by a day; of each person only the latest wave counts."""
    import pyarrow as pa
    import pyarrow.compute as pc

    table = known(evidence.table("stated_tie"), revision)
    table = table.filter(pc.less_equal(table["date"], pa.scalar(as_of, pa.date32())))
    ego, alter = resolve.positions(table["ego"]), resolve.positions(table["alter"])
    day = np.asarray(table["date"].cast(pa.int32()).to_numpy(), np.int32)
    waves = table["wave"].to_pylist()
    asked = np.zeros(people, bool)
    asked[ego[ego >= 0]] = True
    # A wave's day is its latest statement; a person's latest wave is the one of the latest day. Who was asked and
    # named nobody has said so: what was named in an earlier wave no longer counts.
    last_day: dict[tuple[int, str], int] = {}
    said = list(zip(ego.tolist(), waves, day.tolist(), strict=True))
    said += _asked(evidence, as_of, revision, resolve)
    for who, wave, when in said:
        if who >= 0:
            asked[who] = True
        last_day[who, wave] = max(last_day.get((who, wave), when), when)
    latest: dict[int, tuple[int, str]] = {}
    for (who, wave), when in last_day.items():
        latest[who] = max(latest.get(who, (when, wave)), (when, wave))
    current = np.array([latest[who][1] == wave for who, wave in zip(ego.tolist(), waves, strict=True)], bool)
    keep = current & (ego >= 0) & (alter >= 0) & (ego != alter)
    answer = np.asarray(pc.fill_null(table["closeness"], np.nan).to_numpy(), np.float64)
    steps = np.asarray(pc.fill_null(table["scale"], 2).to_numpy(), np.float64)
    closeness = np.where(np.isnan(answer), np.nan, (answer - 1) / np.maximum(steps - 1, 1))
    order = np.lexsort((closeness, day, alter, ego))
    order = order[keep[order]]
    # Of several statements of one pair the last one counts.
    pair = ego[order].astype(np.int64) * max(people, 1) + alter[order]
    final = np.append(pair[1:] != pair[:-1], True) if len(pair) else np.zeros(0, bool)
    chosen = order[final]
    state = np.where(closeness[chosen] >= close, STRONG, WEAK).astype(np.int8)
    return StatedTies(
        ego[chosen].astype(np.int32),
        alter[chosen].astype(np.int32),
        closeness[chosen],
        state,
        day[chosen],
        asked,
    )


def _asked(evidence: "Evidence", as_of: date, revision: int, resolve: "Resolver") -> list[tuple[int, str, int]]:
    """Who was asked in which wave, and when, whom they know: answers to the items that ask for names."""
    import pyarrow as pa
    import pyarrow.compute as pc

    answers = known(evidence.table("response"), revision)
    if not answers.num_rows:
        return []
    items = known(evidence.table("survey_item"), revision)
    items = items.filter(pc.equal(items["sort"], "names"))
    wanted = pc.is_in(item_keys(answers), value_set=item_keys(items))
    answers = answers.filter(pc.and_(wanted, pc.less_equal(answers["date"], pa.scalar(as_of, pa.date32()))))
    answers = answers.filter(pc.is_valid(answers["value"]))
    who = resolve.positions(answers["person"]).tolist()
    when = answers["date"].cast(pa.int32()).to_pylist()
    return list(zip(who, answers["wave"].to_pylist(), when, strict=True))


def item_keys(table: Any) -> Any:
    """What names an item: instrument, edition and item, as one text."""
    import pyarrow as pa
    import pyarrow.compute as pc

    joined = pc.binary_join_element_wise(table["instrument"], table["edition"], table["item"], SEPARATOR)
    return pa.concat_arrays(joined.chunks) if isinstance(joined, pa.ChunkedArray) and joined.num_chunks else joined
