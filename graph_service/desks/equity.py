"""Growth and quality by mode of experience, as an evaluator may read them."""

from dataclasses import dataclass, replace
from datetime import date

from graph_service.desks.work import work_of
from graph_service.disclosure.scope import ScopedReader
from graph_service.disclosure.suppression import Rule
from graph_service.errors import UsageError
from graph_service.measures import catalogue
from graph_service.snapshot.snapshot import Snapshot
from graph_service.wbl.mode_growth import ModeDifference, differences, takings

MEASURE = "professional_network_size"


@dataclass(frozen=True)
class ModesView:
    """Every other mode against in person; several_modes: learners left out because they took part in more than one."""

    first: date
    last: date
    rows: tuple[ModeDifference, ...]
    several_modes: int | None
    suppression: str


def modes(
    reader: ScopedReader, first: date, last: date, rule: Rule | None = None, *, internal: bool = False
) -> ModesView:
    """What learners gained between two days by the mode of the experience they began, matched on goal and site.

    internal: numbers of small groups too, for whoever sees each learner of the scope. Raises UsageError.
    """
    if last <= first:
        raise UsageError("The second day has to come after the first.")
    rule, open_ = rule or Rule(), internal and not reader.suppressed
    growth = gained(reader, first, last)
    found, several = takings(work_of(reader, last), first, last, growth, _places(reader.snapshot(last)))
    rows = tuple(row if open_ else _told(row, rule) for row in differences(found))
    told = "none: internal" if open_ else f"numbers of fewer than {rule.k} matched learners on a side are hidden"
    return ModesView(first, last, rows, several if open_ or several >= rule.k or not several else None, told)


def gained(reader: ScopedReader, first: date, last: date) -> dict[str, float]:
    """Professional ties that learners have on the last day beyond those of the first; of who was there on both."""
    before, after = _sizes(reader, first), _sizes(reader, last)
    return {id: float(size - before[id]) for id, size in after.items() if id in before}


def _sizes(reader: ScopedReader, day: date) -> dict[str, int]:
    snapshot = reader.snapshot(day)
    assert snapshot.people is not None
    sizes = catalogue.compute(snapshot, (MEASURE,))[MEASURE].values
    ids = snapshot.people.ids
    return {ids[at]: int(sizes[at]) for at in reader.learners(snapshot).tolist()}


def _places(snapshot: Snapshot) -> dict[str, tuple[str, str]]:
    """Learners by their first goal and their site."""
    people = snapshot.people
    assert people is not None
    goals, sites = people.table["goals"].to_pylist(), people.site.tolist()
    return {id: ((goals[at] or [""])[0], str(sites[at])) for at, id in enumerate(people.ids)}


def _told(row: ModeDifference, rule: Rule) -> ModeDifference:
    """A row without its numbers where few learners stand behind them."""
    if min(row.learners, row.against, row.matched, row.matched_against) >= rule.k:
        return row
    return replace(
        row, learners=0, against=0, matched=0, matched_against=0, mean=None, mean_against=None, difference=None,
        low=None, high=None, reason="small_group",
    )  # fmt: skip
