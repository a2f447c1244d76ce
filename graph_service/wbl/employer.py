"""One employer: who looks after it, whom the programme knows there, what was asked, what it offers and hosts."""

from dataclasses import dataclass
from datetime import date

from graph_service.wbl.employers import WINDOW, Employer, conflicts, employers
from graph_service.wbl.experiences import Experience, Slot, experiences, slots
from graph_service.wbl.work import Work


@dataclass(frozen=True)
class Contact:
    """Somebody who works there."""

    key: str
    name: str
    title: str | None
    champion: bool
    since: date | None


@dataclass(frozen=True)
class Ask:
    """One entry of the ask ledger. close: another school asked within the window."""

    id: str
    version: int
    date: date
    ask: str
    school: str | None
    by: str | None
    answer: str
    close: bool


@dataclass(frozen=True)
class EmployerPage:
    """Everything on record about one employer."""

    employer: Employer
    owner: str | None
    contacts: tuple[Contact, ...]
    asks: tuple[Ask, ...]
    slots: tuple[Slot, ...]
    experiences: tuple[Experience, ...]
    agreements_open: int
    documents: tuple[tuple[str, date | None], ...]


def employer_page(work: Work, key: str, window: int = WINDOW) -> EmployerPage | None:
    """The page of an employer by its key; None where there is none.

    window: days within which a second school's ask is shown as close.
    """
    found = {each.key: each for each in employers(work, window)}
    if key not in found:
        return None
    # An employer's key is its own within its source; of two sources the one that the list shows.
    id = next(id for id, row in work.organizations.items() if row["kind"] == "employer" and row["key"] == key)
    hosted = {each_id for each_id, row in work.experiences.items() if row["host"] == id}
    signed = work.of_experience("agreement")
    mine = tuple(each for each in experiences(work) if each.id in hosted)
    offers = {row["id"] for row in work.current("slot") if row["host"] == id}
    owners = [row for row in work.current("engagement") if row["organization"] == id]
    papers = [row for row in work.rows("placement_document") if row["host"] == id]
    return EmployerPage(
        found[key],
        work.names.get(owners[0]["owner"] or "") if owners else None,
        _contacts(work, id),
        _asks(work, id, window),
        tuple(each for each in slots(work) if each.id in offers),
        mine,
        sum(1 for each in mine if each.state == "matched" and not signed[each.id]),
        tuple((row["document"], row["until"]) for row in papers),
    )


def _contacts(work: Work, id: str) -> tuple[Contact, ...]:
    people = {row["id"]: row for row in work.rows("person")}
    champions = {row["person"] for row in work.current("champion") if row["organization"] == id}
    found = {}
    for row in work.current("affiliation"):
        if row["organization"] != id or row["relation"] != "works_at" or row["person"] not in people:
            continue
        who = people[row["person"]]
        name, title = work.names[who["id"]], row.get("title")
        found[who["key"]] = Contact(who["key"], name, title, who["id"] in champions, row["since"])
    return tuple(sorted(found.values(), key=lambda each: (not each.champion, each.name)))


def _asks(work: Work, id: str, window: int) -> tuple[Ask, ...]:
    rows = [row for row in work.rows("employer_ask") if row["organization"] == id]
    found = [
        Ask(
            row["id"], row["version"], row["date"], row["ask"], work.name(row["school"]),
            work.names.get(row["by"] or ""), row["answer"],
            bool(conflicts(work, id, row["school"], row["date"], window)),
        )
        for row in rows
    ]  # fmt: skip
    return tuple(sorted(found, key=lambda each: each.date, reverse=True))
