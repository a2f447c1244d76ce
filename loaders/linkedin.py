"""A person's own export of their contacts (Connections.csv).

A row proves at most that two people once clicked on a button, and names somebody who agreed to nothing: it becomes
a stated tie without closeness (weak at most), to a person who is `named_only`. Addresses are not taken.
"""

import hashlib
import re
from pathlib import Path

from graph_service.errors import UsageError
from graph_service.records.contacts import STATED_TIE
from graph_service.records.identity import SEPARATOR
from graph_service.records.people import AFFILIATION, ORGANIZATION, PERSON
from loaders.batch import Batch, Reject, Rows
from loaders.building import Draft
from loaders.dates import latest, order_of, parse_dates
from loaders.loader import Loader
from loaders.options import LoadOptions
from loaders.shipped import rows as shipped
from loaders.tables import parse
from loaders.text import decode, read_bytes
from loaders.values import trimmed

SPACE = "linkedin"
COLUMNS = ("First Name", "Last Name", "Connected On")
_SUFFIXES = {row["word"] for row in shipped("company_words") if row["sort"] == "suffix"}
_NOBODY = {row["word"] for row in shipped("company_words") if row["sort"] == "nobody"}


def read(path: Path, options: LoadOptions) -> Rows:
    """The rows below the first row that names the columns, wherever it stands: a preamble is optional."""
    text, encoding = decode(read_bytes(path), options.encoding)
    return parse(text, encoding, is_header=lambda cells: set(COLUMNS) <= {cell.strip() for cell in cells})


def transform(rows: Rows, options: LoadOptions) -> Batch:
    """The contacts, their employers, and that the owner of the file knows them. Raises UsageError."""
    if options.owner is None:
        raise UsageError("Say whose contacts these are: --owner KEY.")
    cells = {name: trimmed(rows.table.column(at)).to_pylist() for at, name in enumerate(rows.header)}
    column = trimmed(rows.table.column(rows.header.index("Connected On")))
    dates = parse_dates(column, options.date_order or order_of([column]), options.time_zone)
    days, numbers = dates.days.to_pylist(), rows.numbers.to_pylist()
    people = Draft(PERSON, "", {"id": "URL", "key": "URL"}, sources={"id": SPACE})
    work = Draft(AFFILIATION, "", {"title": "Position"}, sources={"person": SPACE, "organization": SPACE})
    ties = Draft(STATED_TIE, "", {"date": "Connected On"}, sources={"alter": SPACE})
    companies: dict[str, tuple[str, int]] = {}
    rejects = list(rows.rejects)
    wave = options.constants.get("wave", SPACE)
    for at, row in enumerate(numbers):
        first, last, url, company, position = (
            cells[name][at] if name in cells else None
            for name in ("First Name", "Last Name", "URL", "Company", "Position")
        )
        problem = _problem(first, last, days[at], column[at].as_py(), dates.wrong.get(at), options)
        if problem is not None:
            rejects.append(Reject(row, *problem))
            continue
        key = person_key(url, first, last, company)
        people.add(
            row,
            id=key,
            id_source=SPACE,
            key=key,
            given_name=first,
            family_name=last,
            roles=["other_professional"],
        )
        tie = SEPARATOR.join((options.id_source, options.owner, key, wave))
        ties.add(
            row,
            id=tie,
            ego=options.owner,
            alter=key,
            wave=wave,
            date=days[at],
            contexts=[SPACE],
            instrument="LinkedIn Connections.csv",
        )
        employer = company_key(company)
        if company is not None and employer:
            # The shortest way in which the file writes the name, so that the order of rows does not matter.
            companies[employer] = min(companies.get(employer, (company, row)), (company, row), key=_shortest)
            work.add(
                row,
                id=SEPARATOR.join((key, employer, "works_at")),
                person=key,
                organization=employer,
                relation="works_at",
                title=position,
            )
    places = Draft(ORGANIZATION, "", {"name": "Company"}, sources={"id": SPACE})
    for employer, (name, row) in companies.items():
        places.add(row, id=employer, id_source=SPACE, key=employer, name=name, kind="employer")
    parts = []
    for draft in (places, people, work, ties):
        made, bad = draft.parts()
        parts += made
        rejects += bad
    return Batch(
        parts,
        sorted(rejects, key=lambda each: each.row),
        len(rows) + len(rows.rejects),
        used={name: name for name in (*COLUMNS, "URL", "Company", "Position") if name in cells},
        ignored=[name for name in rows.header if name not in (*COLUMNS, "URL", "Company", "Position")],
        about=(options.owner,),
    )


def _shortest(named: tuple[str, int]) -> tuple[int, str, int]:
    return (len(named[0]), *named)


def _problem(
    first: str | None, last: str | None, day: object, text: str | None, wrong: str | None, options: LoadOptions
) -> tuple[str, str, str] | None:
    if first is None and last is None:
        return "First Name", "nothing", "a name"
    if wrong is not None or day is None:
        found = "nothing" if text is None else f"text of {len(text)} characters"
        return "Connected On", found, wrong or "a date such as 12 Mar 2024"
    last_day = latest(options.time_zone)
    if day > last_day and not options.allow_future:  # type: ignore[operator]
        return "Connected On", str(day), f"a day no later than {last_day}"
    return None


def person_key(url: str | None, first: str | None, last: str | None, company: str | None) -> str:
    """A key that does not spell the person's name: addresses and names of third parties stay out of tables.

    >>> person_key("https://www.linkedin.com/in/ana-example/", None, None, None)
    'li-60f3f7cfc10c7dd5'
    """
    if url:
        said = re.sub(r"^https?://(?:[a-z]+\.)?|[?#].*$|/+$", "", url.strip().lower())
    else:
        said = SEPARATOR.join((each or "").casefold() for each in (first, last, company))
    return "li-" + hashlib.sha256(said.encode()).hexdigest()[:16]


def company_key(name: str | None) -> str:
    """The name of a company without what only says its legal form; empty for no company.

    >>> company_key("Example, Schmidt & Co. KG"), company_key("EXAMPLE & SCHMIDT"), company_key("Freelance")
    ('example schmidt', 'example schmidt', '')
    """
    plain = (name or "").casefold().strip()
    if plain in _NOBODY:
        return ""
    words = re.sub(r"[^\w\s]", "", plain).split()
    while len(words) > 1 and words[-1] in _SUFFIXES:
        words.pop()
    return " ".join(words)


LINKEDIN = Loader("linkedin", "Connections.csv: the contacts that a person exported from LinkedIn", read, transform)
