"""Tables that say what a code of one classification means in another: job zones, CIP to SOC, clusters, industries."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from graph_service import clock
from graph_service.records.identity import SEPARATOR
from graph_service.records.wbl_pathways import CROSSWALK
from loaders.batch import Batch, Reject, Rows
from loaders.building import Draft
from loaders.labour.headers import Layout, one_column, reader, soc
from loaders.loader import Loader
from loaders.options import LoadOptions
from loaders.values import code as coded
from loaders.values import told

#: Tables in which a code may mean several things.
SEVERAL = ("cip_soc", "soc_cluster")

Reader = Callable[[str | None], str | None]


def cip(text: str | None) -> str | None:
    """A programme code as CIP writes it, also where a spreadsheet took its zeros.

    >>> cip("1.0101"), cip('="51.3801"'), cip("51.38"), cip("none")
    ('01.0101', '51.3801', '51.38', None)
    """
    found = re.fullmatch(r'=?"?(\d{1,2})\.(\d{2,4})"?', text or "")
    return f"{found[1]:0>2}.{found[2]}" if found else None


def naics(text: str | None) -> str | None:
    """An industry code of two to six digits; a range of sectors such as 31-33 is its first.

    >>> naics("622110"), naics("31-33"), naics("T22")
    ('622110', '31', None)
    """
    found = re.fullmatch(r"(\d{2,6})(?:-\d\d)?", text or "")
    return found[1] if found else None


def zone(text: str | None) -> str | None:
    return text if text in ("1", "2", "3", "4", "5") else None


def cluster(text: str | None) -> str | None:
    found = coded("career_clusters", text) if text else None
    return found if isinstance(found, str) else None


@dataclass(frozen=True)
class Table:
    """One published table: its layout, and how its codes are read. means None: a table of titles."""

    scheme: str
    name: str
    doc: str
    layout: Layout
    code: Reader
    means: Reader | None
    expected: tuple[str, str]
    nothing: tuple[str, ...] = ()


TABLES = (
    Table(
        "job_zone", "job-zones", "O*NET Job Zones (text or CSV): preparation that occupations ask for",
        Layout(
            "O*NET Job Zones",
            {"code": ["o net soc code"], "means": ["job zone"], "title": ["title"], "edition": ["date"]},
            ("code", "means"),
        ),
        soc, zone, ("an O*NET-SOC code such as 29-1141.00", "a job zone from 1 to 5"), ("n/a",),
    ),
    Table(
        "cip_soc", "cip-soc", "NCES crosswalk (CSV): occupations that programmes of study lead to",
        Layout(
            "CIP to SOC",
            {
                "code": [r"cip(20\d\d)? ?code", r"cip ?20\d\d"], "means": [r"soc(20\d\d)? ?code", r"soc ?20\d\d"],
                "title": [r"cip(20\d\d)? ?title"],
            },
            ("code", "means"),
        ),
        cip, soc, ("a CIP code such as 51.3801", "an occupation code such as 29-1141"), ("99-9999", "99.9999"),
    ),
    Table(
        "soc_cluster", "soc-clusters", "a state's table (CSV): career cluster of occupations",
        Layout(
            "SOC to career cluster",
            {
                "code": [r"soc( ?20\d\d)?( code)?", "occ code"], "means": ["career cluster", "cluster", "sector"],
                "title": ["title", "occupation", "occ title"],
            },
            ("code", "means"),
        ),
        soc, cluster, ("an occupation code such as 29-1141", "one of the career clusters"),
    ),
    Table(
        "naics_cluster", "naics-clusters", "a table (CSV): career cluster of industries",
        Layout(
            "NAICS to career cluster",
            {
                "code": [r"(20\d\d )?naics( us)?( code)?"], "means": ["career cluster", "cluster", "sector"],
                "title": ["title"],
            },
            ("code", "means"),
        ),
        naics, cluster, ("a NAICS code of two to six digits", "one of the career clusters"),
    ),
    Table(
        "naics", "naics", "Census NAICS codes (CSV): industries and their titles",
        Layout(
            "NAICS titles",
            {"code": [r"20\d\d naics us code", "naics code"], "title": [r"20\d\d naics us title", "naics title"]},
            ("code", "title"),
        ),
        naics, None, ("a NAICS code of two to six digits", ""),
    ),
)  # fmt: skip


def transform(table: Table, rows: Rows, options: LoadOptions) -> Batch:
    """The rows of a table as crosswalks; what it says itself that means nothing is left out."""
    cells, count, today = table.layout.find(rows), len(rows), clock.today(options.time_zone)
    title, dated = one_column(cells, "title", count), one_column(cells, "edition", count)
    edition = options.constants.get("edition") or _edition(rows)
    draft, rejects, empty = Draft(CROSSWALK, "", {"id": "code"}), list(rows.rejects), 0
    for at, row in enumerate(rows.numbers.to_pylist()):
        given, target = cells["code"][at], cells["means"][at] if table.means else None
        if given is None or given in table.nothing or target in table.nothing:
            empty += 1
            continue
        if table.scheme == "job_zone" and not given.endswith(".00"):
            # Finer than SOC: the whole occupation has a row of its own.
            empty += 1
            continue
        own = table.code(given)
        means = table.means(target) if table.means else own
        if own is None or means is None:
            name, found, expected = ("code", given, 0) if own is None else ("means", target or "nothing", 1)
            rejects.append(Reject(row, table.layout.columns[name][0], told(found), table.expected[expected]))
            continue
        draft.add(
            row, id=SEPARATOR.join((table.scheme, own, means if table.scheme in SEVERAL else "")),
            scheme=table.scheme, code=own, means=means, title=title[at], edition=dated[at] or edition, loaded=today,
        )  # fmt: skip
    parts, bad = draft.parts(silent=("loaded",))
    used = table.layout.used(rows)
    notes = (
        [f"{empty} rows that lead nowhere, or are finer than the table of occupations, were left out."] if empty else []
    )
    return Batch(
        parts, sorted([*rejects, *bad], key=lambda each: each.row), count + len(rows.rejects), used=used,
        ignored=[each for each in rows.header if each not in used.values()], notes=notes,
    )  # fmt: skip


def _edition(rows: Rows) -> str:
    """The edition that the headers name (CIP2020, SOC2018), else the name of the file."""
    found = [each for head in rows.header for each in re.findall(r"(?:CIP|SOC|NAICS)? ?20\d\d|20\d\d NAICS", head)]
    return " ".join(dict.fromkeys(each.strip() for each in found)) or rows.name


LOADERS = tuple(Loader(each.name, each.doc, reader(each.layout), partial(transform, each)) for each in TABLES)
